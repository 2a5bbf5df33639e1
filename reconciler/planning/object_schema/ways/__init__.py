"""One module for each kind of schema operation: what it sends, what it makes, what proves it."""
