"""From text to a value: the parser of each format."""
