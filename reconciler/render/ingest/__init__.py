"""Data executions and imports, for people and for programs."""
