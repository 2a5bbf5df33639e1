"""Times as files and reports have them."""

from datetime import UTC, datetime


def stamped(moment: datetime) -> str:
    """Return *moment* as UTC in ISO 8601, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
