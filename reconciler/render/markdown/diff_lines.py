"""The lines of a plan as a diff block shows them: the first column is what forges colour."""

from reconciler.render.terminal import Line, Style, plain

_INDENT = 4
_COLUMNS = {Style.ADD: "+", Style.REMOVE: "-", Style.CHANGE: "!", Style.STOP: "!"}


def diff_line(line: Line) -> str:
    """Return *line* with `+`, `-`, `!` or a space first.

    A `+` or `-` moves there from its place; other symbols stay, for `!` colours both what
    changes and what cannot.
    """
    text = plain(line)
    text = text[_INDENT:] if text[:_INDENT].isspace() else text
    column = _column(line)
    at = len(text) - len(text.lstrip())
    if column in "+-" and text[at : at + 1] == column:
        text = f"{text[:at]} {text[at + 1 :]}"
    return f"{column} {text}".rstrip()


def begins_an_element(line: Line) -> bool:
    """Whether *line* names an element, so that what follows is said of it."""
    return any(not isinstance(span, str) and span[1] is Style.STRONG for span in line)


def _column(line: Line) -> str:
    for span in line:
        if not isinstance(span, str):
            return _COLUMNS.get(span[1], " ")
        if span.strip():
            break
    return " "
