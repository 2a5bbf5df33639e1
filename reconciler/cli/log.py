"""The log on standard error: ours, and what the libraries below say, without control characters."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from reconciler.render.escape import escape

# httpcore's debug lines hold the headers of answers; the requests themselves httpx names.
_NEVER_BELOW_WARNING = ("httpcore",)
_ONLY_FOR_DEBUG = ("httpx", "asyncio", "uvicorn")


@contextmanager
def log_to_stderr(level: str) -> Iterator[None]:
    """Send log records of *level* and above to standard error while the block runs."""
    root = logging.getLogger()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Escaping("%(levelname)s %(name)s: %(message)s"))
    before = root.level
    root.addHandler(handler)
    root.setLevel(level.upper())
    for name in _NEVER_BELOW_WARNING:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _ONLY_FOR_DEBUG:
        logging.getLogger(name).setLevel(logging.NOTSET if level == "debug" else logging.WARNING)
    try:
        yield
    finally:
        root.setLevel(before)
        root.removeHandler(handler)


class _Escaping(logging.Formatter):
    """Names in a message come from files and from the wire."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        return escape(super().formatMessage(record))
