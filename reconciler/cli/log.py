"""The log on standard error: our records and those of libraries, without control characters."""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from reconciler.render.escape import escape

# httpcore's debug records contain response headers; httpx logs the requests themselves.
_NEVER_BELOW_WARNING = ("httpcore",)
_ONLY_FOR_DEBUG = ("httpx", "asyncio", "uvicorn")


@contextmanager
def log_to_stderr(level: str, format_: str = "text") -> Iterator[None]:
    """Send log records of *level* and above to standard error while the block runs.

    In the *format_* `json` each is an object on a line: time (UTC), level, logger, message.
    """
    root = logging.getLogger()
    handler = logging.StreamHandler(sys.stderr)
    text = _Escaping("%(levelname)s %(name)s: %(message)s")
    handler.setFormatter(_Json() if format_ == "json" else text)
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
    """Escapes control characters: messages contain names from files and from the API."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        return escape(super().formatMessage(record))


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        error = self.formatException(record.exc_info) if record.exc_info else None
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **({"error": error} if error else {}),
        }
        return json.dumps(line)
