"""On the path of an interpreter: `sitecustomize` is loaded by its name."""
