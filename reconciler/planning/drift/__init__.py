"""Drift as a report, and which of it is new."""
