"""The checks of a manifest, by what they look at."""
