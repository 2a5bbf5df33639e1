"""From two documents to a plan: what differs, what is sent, what can never be reached."""
