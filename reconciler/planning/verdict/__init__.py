"""Whether a difference can be sent, what it risks, and who made it."""
