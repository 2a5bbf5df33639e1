"""The record of a data ingestion that failed: where it is posted, and what it can hold.

`POST …/executions/{id}/history/failed` is documented, but no answer holds a link to it
(api.md#recording-a-failure), so this one URL has to be built. It is built from what the server gave
all the same: the link to cancel is that of the execution itself.
"""

import re

from reconciler.errors import BackendError

# In the units in which Java counts characters, of which the API is made: never too long.
LONGEST_REASON = 1024

_EXECUTION = re.compile(r"([^?#]*/executions/[^/?#]+)/?(?:[?#].*)?")
_CUT = "…"


def failure_link(cancel: str) -> str:
    """Return where a failure of the execution is recorded whose link to *cancel* this is.

    It lies on the same origin as *cancel*, which is yet to be checked. Raises
    BackendError where *cancel* is not the link of an execution.
    """
    execution = _EXECUTION.fullmatch(cancel)
    if execution is None:
        raise BackendError(
            "the failure was not recorded: the link to cancel is not that of an execution",
            request="POST history/failed",
        )
    return f"{execution[1]}/history/failed"


def failure_body(reason: str) -> dict[str, str]:
    """Return the body with *reason*, cut where it is longer than the API takes."""
    units = reason.encode("utf-16-le", "replace")
    if len(units) > 2 * LONGEST_REASON:
        units = units[: 2 * (LONGEST_REASON - len(_CUT))] + _CUT.encode("utf-16-le")
    # The cut may have halved a pair of surrogates.
    return {"failureReason": units.decode("utf-16-le", "ignore")}
