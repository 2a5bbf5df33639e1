"""Where plans and drift are reviewed: comments, labels and issues on forges and trackers."""
