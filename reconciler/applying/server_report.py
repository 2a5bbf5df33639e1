"""How an operation ended according to the server, as far as it said anything."""

from enum import StrEnum

from reconciler.errors import ReconcilerError
from reconciler.value import Value


class ReportedEnding(StrEnum):
    """How the operation ended according to the server."""

    DONE = "done"
    FAILED = "failed"
    # It may have been sent, and no answer says what became of it: a cut, a 5xx, a 408.
    LOST = "lost"
    # Accepted, with no progress that can be read up to the deadline.
    UNFOLLOWED = "unfollowed"
    # Accepted, and still running at the deadline, as the server says.
    OVERDUE = "overdue"


class ServerReport(Value):
    """How the operation ended according to the server; `error` is why, None for success."""

    ending: ReportedEnding
    error: ReconcilerError | None = None
