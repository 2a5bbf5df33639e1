"""A drift report as text, metrics and messages."""
