"""The record of a failed data ingestion: where it is posted, and what it can hold.

`POST …/executions/{id}/history/failed` is documented, but no answer contains a link to it
(api.md#recording-a-failure), so this one URL has to be built. It is derived from the server's
own link to cancel the execution.
"""

from reconciler.errors import BackendError
from reconciler.regex import regex

# In UTF-16 units, as Java, in which the API is written, counts characters: never too long.
LONGEST_REASON = 1024

_EXECUTION = regex(r"([^?#]*/executions/[^/?#]+)/?(?:[?#].*)?")
_CUT = "…"


def failure_link(cancel: str) -> str:
    """Return the URL that records a failure of the execution with the link *cancel*.

    It is on the same origin as *cancel*, which has yet to be checked. Raises BackendError if
    *cancel* is not the link of an execution.
    """
    execution = _EXECUTION.fullmatch(cancel)
    if execution is None:
        raise BackendError(
            "the failure was not recorded: the link to cancel is not that of an execution",
            request="POST history/failed",
        )
    return f"{execution[1]}/history/failed"


def failure_body(reason: str) -> dict[str, str]:
    """Return the body with *reason*, truncated to the length that the API accepts."""
    units = reason.encode("utf-16-le", "replace")
    if len(units) > 2 * LONGEST_REASON:
        units = units[: 2 * (LONGEST_REASON - len(_CUT))] + _CUT.encode("utf-16-le")
    # Truncation may have split a surrogate pair.
    return {"failureReason": units.decode("utf-16-le", "ignore")}
