"""Data files, read as a stream of root entries."""
