"""Random documents and edits for the laws in tests/property."""
