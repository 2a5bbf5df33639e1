"""Files of data, read as a stream of root entries."""
