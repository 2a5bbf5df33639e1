"""A word diff on one line of a terminal, with git's marks: `Path of [-the-]{+a+} file`.

Colour repeats the marks. Long stretches that stay are shortened, so that what changed
can be seen; of more than a screenful of changes the rest is counted.
"""

import re
from collections.abc import Iterator, Sequence

from reconciler.render.terminal import Span, Style
from reconciler.render.word_diff import Part, Token

_CONTEXT = 24
_SCREENFUL = 1600
_MARKS = {
    Part.REMOVED: ("[-", "-]", Style.REMOVE),
    Part.ADDED: ("{+", "+}", Style.ADD),
}
# What a reader could take for a mark; the last two are read together with ours beside them.
_LIKE_A_MARK = re.compile(r"\\|\[(?=-)|-(?=\])|\{(?=\+)|\+(?=\})")
_CUT_WORD_AT_END = re.compile(r"(?<=\s)\S*\Z")
_CUT_WORD_AT_START = re.compile(r"\A\S*(?=\s)")
_AT_THE_EDGE = re.compile(r"\A[\]}]|[\[{]\Z")


def word_spans(tokens: Sequence[Token]) -> Iterator[Span]:
    """Yield the spans of the difference that *tokens* are.

    What in the texts looks like a mark has a backslash before it, and so has a backslash.
    """
    differ = sum(len(t.text) for t in tokens if t.part is not Part.KEPT)
    room, last = _SCREENFUL, len(tokens) - 1
    for at, token in enumerate(tokens):
        if token.part is Part.KEPT:
            shown = _context(token.text, begins=at == 0, ends=at == last)
            yield _guarded(shown)
        else:
            shown = token.text[:room]
            differ -= len(shown)
            opening, closing, style = _MARKS[token.part]
            text = _guarded(shown) + ("…" if shown != token.text else "")
            yield (f"{opening}{_AT_THE_EDGE.sub(_escaped, text)}{closing}", style)
        room -= len(shown)
        if room <= 0 and differ:
            yield f" … {differ} more characters differ"
            return


def _context(text: str, *, begins: bool, ends: bool) -> str:
    """Return what is shown of a stretch that stays: its ends towards the changes."""
    head, tail = (0 if begins else _CONTEXT), (0 if ends else _CONTEXT)
    if len(text) <= head + tail + 1:
        return text
    first = _CUT_WORD_AT_END.sub("", text[:head])
    return f"{first}…{_CUT_WORD_AT_START.sub('', text[len(text) - tail :])}"


def _guarded(text: str) -> str:
    return _LIKE_A_MARK.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    return f"\\{match.group()}"
