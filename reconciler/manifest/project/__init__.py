"""The project file, its variables and its bindings."""
