"""Why no data ingestion can begin: the API's errorCode in words, and what to do about it.

The four codes are documented, what they stand for is not (api.md#conflicts). That
INVALID_IMPORT_MODULE_KEY is a source of another kind is our reading of the words.
"""

import shlex

from reconciler.errors import Conflict

_LONGEST_CODE = 60
_IN_PROGRESS = "IN_PROGRESS"

# Code → why, and what to do; `{source}` is the source's name as a shell takes it.
_MISSING_MAPPING = ("it has no mapping yet", "reconciler apply {source}")
_RUNNING = (
    "another execution is running",
    "reconciler ingest status {source} --watch\nor end it: reconciler ingest cancel {source}",
)
_DISABLED = (
    "the import source is disabled",
    "enable it in Assets, in the import settings of its object schema",
)
_OF_ANOTHER_KIND = (
    "the import source does not take data from outside",
    "check importSourceId: only an external import takes data through this API",
)
_UNKNOWN = (
    "the API refused to begin, and the reason is not documented",
    "reconciler status {source}  shows the config status and the latest execution",
)
_EXPLAINED = {
    "MISSING_MAPPING": _MISSING_MAPPING,
    _IN_PROGRESS: _RUNNING,
    "DISABLED": _DISABLED,
    "INVALID_IMPORT_MODULE_KEY": _OF_ANOTHER_KIND,
}


def explained(conflict: Conflict, source: str, *, by: str | None = None) -> Conflict:
    """Return *conflict*, which the start of an execution of *source* met, with its explanation.

    *by* says whose execution is in the way, where that is known. Code, request and raw
    answer stay as they are.
    """
    why, hint = _EXPLAINED.get(conflict.code, _UNKNOWN)
    whose = f", begun by {by}" if by and conflict.code == _IN_PROGRESS else ""
    code = conflict.code if len(conflict.code) <= _LONGEST_CODE else "an errorCode without end"
    return Conflict(
        f"no data were sent to {source}: {why}{whose} ({code})",
        request=conflict.request,
        code=conflict.code,
        raw=conflict.raw,
        hint=hint.format(source=shlex.quote(source)),
    )
