"""Pull: live becomes the manifest of its source."""
