"""From text to desired documents, every fault at once with its place."""
