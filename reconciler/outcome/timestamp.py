"""Times as files and reports have them."""

from datetime import UTC, datetime


def now() -> str:
    """Return the present time for `created_at`."""
    return stamped(datetime.now(UTC))


def stamped(moment: datetime) -> str:
    """Return *moment* as UTC in ISO 8601, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
