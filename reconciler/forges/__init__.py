"""Where plans are reviewed: the comments and labels of pull requests, on three forges."""
