"""A run of apply, for people and for programs."""
