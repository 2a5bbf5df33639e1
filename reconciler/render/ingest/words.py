"""The words for an execution, in the table of one and in the list of many.

Texts of the API are escaped here already, so that a text that is cut to a width keeps it.
"""

from datetime import UTC, datetime

from reconciler.outcome.imports import CANCELLED, Count, ImportResult
from reconciler.render.escape import escape
from reconciler.render.shorten import shorten
from reconciler.render.terminal import Style

_WORD_WIDTH = 16
_MOMENT_WIDTH = 24
_NOT_TOLD = "–"
# Numbers of more digits would not fit the columns; JSON has them in full.
_LONG = 10**8


def import_state(result: ImportResult) -> tuple[str, Style]:
    """Return the state in the words of the API: `DONE`, `DONE (17 failed)`, `PROCESSING`."""
    status = narrow(result.status, _WORD_WIDTH)
    if result.is_imported:
        failed = result.total(Count.FAILED)
        errors = f"{count_cell(failed)} failed" if failed else "with errors"
        return (f"{status} ({errors})", Style.STOP) if result.has_errors else (status, Style.ADD)
    if not result.is_ended:
        return status, Style.CHANGE
    if result.status == CANCELLED:
        return status, Style.REMOVE
    return f"{status} ({narrow(result.result or 'no result', _WORD_WIDTH)})", Style.STOP


def moment(stamp: str) -> str:
    """Return *stamp* in UTC to the second, unchanged if it is not a time."""
    when = _read(stamp)
    return f"{when:%Y-%m-%d %H:%M:%SZ}" if when else narrow(stamp, _MOMENT_WIDTH)


def import_seconds(result: ImportResult) -> float | None:
    """Return the duration in seconds, None if the API does not give it."""
    began, ended = _read(result.started), _read(result.ended)
    if began is None or ended is None or ended < began:
        return None
    return (ended - began).total_seconds()


def count_cell(value: int | None) -> str:
    """Return *value* for a table cell."""
    if value is None:
        return _NOT_TOLD
    return str(value) if value < _LONG else f"{value:.1e}"


def import_entries(result: ImportResult) -> str | None:
    """Return `1 entry`, `3 entries`, None if the API does not give it."""
    if result.entries is None:
        return None
    return f"{count_cell(result.entries)} {'entry' if result.entries == 1 else 'entries'}"


def narrow(text: str, width: int) -> str:
    """Return *text* escaped, on one line, and not longer than *width*."""
    return shorten(escape(" ".join(text.split())), width)


def _read(stamp: str | None) -> datetime | None:
    try:
        when = datetime.fromisoformat(stamp or "")
        return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
