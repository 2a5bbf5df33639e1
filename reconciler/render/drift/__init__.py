"""Drift for people: `view` decides once how it is told, and every format prints it."""
