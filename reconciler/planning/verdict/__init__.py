"""Whether a difference can be sent, its risk, and which side changed."""
