"""The text of manifests: read, located, edited, formatted."""
