"""Errors for people: what failed, the codes and the raw answer, and the next step."""

from collections.abc import Iterator

from reconciler.errors import (
    BackendError,
    ManifestError,
    OperationFailed,
    ReconcilerError,
    Rejected,
)
from reconciler.render.diagnostics_text import diagnostic_lines
from reconciler.render.shorten import shorten
from reconciler.render.terminal import Line, Screen, Style

_RAW_WIDTH = 600


def write_error(error: ReconcilerError, screen: Screen, *, source: str | None = None) -> None:
    """Write *error*, named after the *source* that it is about."""
    screen.lines(error_lines(error, source=source))


def error_lines(error: ReconcilerError, *, source: str | None = None) -> Iterator[Line]:
    """Yield the sentence, then what `explanation_lines` adds."""
    yield (("error", Style.STOP), ": ", f"{source}: " if source else "", _one_line(str(error)))
    yield from explanation_lines(error)


def explanation_lines(error: ReconcilerError, indent: str = "    ") -> Iterator[Line]:
    """Yield the API's codes, its raw answer and the hint, as far as *error* has them."""
    if isinstance(error, ManifestError):
        for diagnostic in error.diagnostics:
            yield from ((indent, *line) for line in diagnostic_lines(diagnostic))
    if isinstance(error, Rejected):
        for fault in error.faults:
            text = f"   {_one_line(fault.text)}" if fault.text else ""
            yield (indent, (fault.code, Style.STRONG), text)
    raw = error.raw if isinstance(error, BackendError | OperationFailed) else None
    if raw:
        yield (indent, f"answer: {shorten(_one_line(raw), _RAW_WIDTH)}")
    for line in (error.hint or "").splitlines():
        yield (indent, line)


def _one_line(text: str) -> str:
    return " ".join(text.split())
