"""Where plans and drift are reviewed: comments, labels and issues on forges and trackers."""

import reconciler.assets  # noqa: F401 - httpx without its command line
