"""Diagnostics for people: `file:line:column: severity[code]: sentence`, a hint, a count."""

from collections.abc import Iterable, Iterator, Sequence

from reconciler.codes.lint import is_ignored
from reconciler.codes.run import RunCode
from reconciler.command_line import command_line
from reconciler.diagnostics import Diagnostic, Severity, in_reading_order
from reconciler.render.fold import fold_text, folded
from reconciler.render.importance import of_diagnostic
from reconciler.render.shorten import count
from reconciler.render.terminal import PAGE, Line, Screen, Span, Style
from reconciler.render.wrapping import cells

_INDENT = "    "
# Of a line of a file.
_WIDEST = 72

_STYLES = {
    Severity.ERROR: Style.STOP,
    Severity.WARNING: Style.CHANGE,
    Severity.INFO: Style.QUIET,
}


def write_diagnostics(diagnostics: Iterable[Diagnostic], screen: Screen) -> None:
    """Write the diagnostics in reading order, lint folded (`reconciler.render.fold`).

    Left out are those that the end of the run tells of, and those that the project ignores.
    """
    shown = (d for d in diagnostics if d.code != RunCode.UNEXPECTED_ANSWER and not is_ignored(d))
    groups = folded(in_reading_order(shown), of_diagnostic)
    for group in groups:
        first, *hints = diagnostic_lines(group[0])
        screen.lines((first, *_source_lines(group[0], screen), *hints))
        if (text := fold_text(group)) is not None:
            screen.line(f"    {text}")
    if number := sum(len(group) - 1 for group in groups):
        more = count(number, "more warning")
        screen.line(f"{more}: {command_line('validate')} --format json lists all")


def _source_lines(diagnostic: Diagnostic, screen: Screen) -> Iterator[Line]:
    """Yield the line of a fault, with a caret below its column, where it is known."""
    if diagnostic.severity is Severity.ERROR and diagnostic.column is not None:
        text = screen.source_line(diagnostic)
        if text is not None:
            yield from caret_lines(text, diagnostic.column, screen.columns or PAGE)


def caret_lines(text: str, column: int, width: int) -> Iterator[Line]:
    """Yield *text* within *width* columns, and the caret below its *column*, from 1.

    Of a long line the part around the column is shown, without a sign that moves the cursor.
    """
    room = min(width - len(_INDENT), _WIDEST)
    shown = "".join(each if each.isprintable() else " " for each in text.rstrip())
    at = min(column - 1, len(shown))
    start = len(shown) - len(shown.lstrip()) if len(shown.strip()) <= room else at - room // 2
    start = max(0, min(start, at))
    cut = shown[start:]
    while cells(cut) > room:
        cut = cut[: len(cut) - max(1, (cells(cut) - room) // 2)]
    yield (_INDENT, (cut, Style.QUIET))
    yield (_INDENT, " " * cells(shown[start:at]), ("^", Style.STOP))


def write_verdict(
    diagnostics: Sequence[Diagnostic], screen: Screen, manifests: int | None = None
) -> None:
    """Write the closing count: `2 errors, 1 warning in 4 manifests`."""
    if not all(map(is_ignored, diagnostics)):
        screen.line()
    screen.line(closing_count(diagnostics, manifests))


def closing_count(diagnostics: Sequence[Diagnostic], manifests: int | None = None) -> str:
    """Return the closing count; `4 manifests are valid` without diagnostics."""
    held = [d.severity for d in diagnostics]
    counts = [
        count(held.count(severity), str(severity))
        for severity in (Severity.ERROR, Severity.WARNING)
        if severity in held
    ]
    all_of_them = count(manifests or 0, "manifest")
    if not counts:
        return f"{all_of_them} {'is' if manifests == 1 else 'are'} valid"
    return ", ".join(counts) + (f" in {all_of_them}" if manifests is not None else "")


def diagnostic_lines(diagnostic: Diagnostic) -> Iterator[Line]:
    """Yield the lines of one diagnostic."""
    yield (
        *_place(diagnostic),
        (str(diagnostic.severity), _STYLES[diagnostic.severity]),
        f"[{diagnostic.code}]: {diagnostic.text}",
    )
    for hint in (diagnostic.hint or "").splitlines():
        yield (f"    {hint}",)
    if diagnostic.api_code:
        grade = f" ({diagnostic.confidence})" if diagnostic.confidence else ""
        yield (f"    the API would answer {diagnostic.api_code}{grade}",)


def _place(diagnostic: Diagnostic) -> tuple[Span, ...]:
    where = diagnostic.place or diagnostic.source
    return ((where, Style.STRONG), ": ") if where else ()
