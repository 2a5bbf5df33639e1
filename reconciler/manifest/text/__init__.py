"""A manifest's text: to a value, to the place of each part, and back with edits or formatted."""
