"""A preview as text and JSON."""
