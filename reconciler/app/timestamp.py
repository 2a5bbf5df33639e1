"""The present time, as plans and reports have it."""

from datetime import UTC, datetime

from reconciler.outcome.timestamp import stamped


def now() -> str:
    """Return the present time for `created_at`."""
    return stamped(datetime.now(UTC))
