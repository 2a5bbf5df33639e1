"""Text to desired: manifests and the project file, with every fault at once and its place."""
