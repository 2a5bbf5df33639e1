"""The checks of a manifest, by subject."""
