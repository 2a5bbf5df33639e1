"""Reads manifests and the project file; reports every fault at once, with its place."""
