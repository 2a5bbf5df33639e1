"""Servers that answer as the forges and issue trackers document it."""
