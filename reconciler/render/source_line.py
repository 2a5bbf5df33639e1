"""The line of a file that a fault is about, with a caret below the column."""

from collections.abc import Iterator

from reconciler.render.terminal import Line, Style
from reconciler.render.wrapping import cells

_STEP = "    "
_WIDEST = 72


def caret_lines(text: str, column: int, width: int) -> Iterator[Line]:
    """Yield *text* within *width* columns, and the caret below its *column*, from 1.

    Of a long line the part around the column is shown, without a sign that moves the cursor.
    """
    room = min(width - len(_STEP), _WIDEST)
    shown = "".join(each if each.isprintable() else " " for each in text.rstrip())
    at = min(column - 1, len(shown))
    start = len(shown) - len(shown.lstrip()) if len(shown.strip()) <= room else at - room // 2
    start = max(0, min(start, at))
    cut = shown[start:]
    while cells(cut) > room:
        cut = cut[: len(cut) - max(1, (cells(cut) - room) // 2)]
    yield (_STEP, (cut, Style.QUIET))
    yield (_STEP, " " * cells(shown[start:at]), ("^", Style.STOP))
