"""A manifest's text: parsed, with the place of each part, edited and formatted."""
