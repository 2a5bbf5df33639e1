"""The width of text in the columns of a terminal, and lines folded to it.

A line is folded between words, with a hanging indent, and rather where a gap sets apart what
follows: a value, a note. A word that is longer than a line is folded after `/`, `]` or `:`, as in
an address or a path, and otherwise never, so that it can be copied. Nor is a command of ours that
fits on a line, or an option with its quoted value: who pastes half of it runs half of it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import TypeVar

from reconciler.regex import regex

S = TypeVar("S")
# Deeper than the text, and less so than what is below it.
_HANGING = 2
_GAP = "   "
_NOT_ASCII = regex(r"[^\x00-\x7f]")
_WORD = regex(r"( *)[^ ]+")
_PIECE = regex(r" *[^/\]:]*(?:[/\]:]+|\Z)")
# Stands for a blank in a word.
_NO_BREAK = "\u00a0"
# Up to where a sentence goes on: after two blanks, or a mark.
_COMMAND = regex(r"\breconciler (?:'[^']*'|[^';,:()`])+?(?=  |[;,:()`]|\.?$)")
_QUOTED = r"""'(?:[^']|'"'"')*'"""
_OPTION = regex(rf"--[a-z-]+ {_QUOTED}|--accept-loss \S+")


def cells(text: str) -> int:
    """Return the width of *text* in columns."""
    if text.isascii():
        return len(text)
    return len(text) + sum(_cell(each) - 1 for each in _NOT_ASCII.findall(text))


@lru_cache(maxsize=1_000)
def _cell(character: str) -> int:
    if character < "\u0300":
        return 1
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def wrapped(
    line: Sequence[str | tuple[str, S]], width: int, is_whole: Callable[[S], bool]
) -> Iterator[tuple[str | tuple[str, S], ...]]:
    """Yield *line*, already escaped, in lines of at most *width* columns.

    A span is text, or text and its style; one whose style *is_whole* is one word.
    """
    spans = [span if isinstance(span, tuple) else (span, None) for span in line]
    # The same characters, but for the blanks where no line ends.
    guide = "".join(
        text.replace(" ", _NO_BREAK) if style is not None and is_whole(style) else text
        for text, style in spans
    )
    lead = len(guide) - len(guide.lstrip(" "))
    hanging = min(lead + _HANGING, width // 2)
    if "--" in guide:
        guide = _OPTION.sub(_unbroken, guide)
    if "reconciler " in guide:
        guide = _COMMAND.sub(
            lambda found: _unbroken(found) if cells(found[0]) <= width - hanging else found[0],
            guide,
        )
    for at, (start, end) in enumerate(_lines(guide, lead, hanging, width)):
        found: list[str | tuple[str, S]] = []
        offset = 0
        for text, style in spans:
            part = text[max(0, start - offset) : max(0, end - offset)]
            if part:
                found.append(part if style is None else (part, style))
            offset += len(text)
        yield (" " * hanging, *found) if at else tuple(found)


def _unbroken(found: re.Match[str]) -> str:
    # Neither between words, nor after a mark in one that is longer than a line.
    return found[0].replace(" ", _NO_BREAK)


def _lines(guide: str, lead: int, hanging: int, width: int) -> Iterator[tuple[int, int]]:
    """Yield where each line starts and ends."""
    start, end, used = 0, lead, lead
    for blanks, from_, to in _pieces(guide, lead, width - hanging):
        size = whole = cells(guide[from_:to])
        if blanks >= len(_GAP):
            behind = guide.find(_GAP, from_)
            whole = cells(guide[from_ : behind if behind >= 0 else None])
        together = whole if hanging + whole <= width else size
        if used + blanks + together > width and end > lead:
            yield start, end
            start, used, blanks = from_, hanging, 0  # noqa: PLW2901 - a line begins with a word
        used += blanks + size
        end = to
    yield start, end


def _pieces(guide: str, lead: int, room: int) -> Iterator[tuple[int, int, int]]:
    """Yield each piece that stays whole: the blanks before it, and where it starts and ends."""
    for word in _WORD.finditer(guide, lead):
        start, end = word.end(1), word.end()
        blanks = start - word.start()
        text = guide[start:end]
        if cells(text) <= room or _NO_BREAK in text:
            yield blanks, start, end
            continue
        for piece in _PIECE.finditer(guide, start, end):
            if piece.group():
                yield blanks, piece.start(), piece.end()
                blanks = 0
