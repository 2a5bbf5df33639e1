"""The detail of one source: its block of the text, as pieces that may be left out.

GitHub colours a diff by the first character of a line: the symbols of the plan stand there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from reconciler.planning.plan import Action, Risk, SourcePlan
from reconciler.render.markdown.blocks import fence, html_code, size
from reconciler.render.plan_symbols import ACTION_SYMBOLS, verb
from reconciler.render.plan_text import source_lines
from reconciler.render.shorten import count
from reconciler.render.terminal import plain

_SYMBOL = re.compile(r"\A( *)([+~!?-]) ")
# A fence is left out whole; one of this many characters at most is little enough to lose.
_PIECE = 6_000


class Gravity(IntEnum):
    """What is left out first."""

    UNCHANGED = 0
    SAFE = 1
    RISKY = 2
    BLOCKED = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Detail:
    """One source: what opens it, its fences in order, and how grave it is to leave them out."""

    source: str
    gravity: Gravity
    summary: str
    pieces: tuple[str, ...]

    def text(self, number: int) -> str:
        """Return it with its first *number* pieces."""
        if not number:
            return ""
        inner = "\n".join(self.pieces[:number])
        return f"<details><summary>{self.summary}</summary>\n\n{inner}\n</details>\n\n"


def detail_of(source: SourcePlan) -> Detail:
    """Return the detail of *source*."""
    symbol, _ = ACTION_SYMBOLS[source.action]
    changes = len(source.changes)
    counted = f" · {count(changes, 'change')}" if changes else ""
    return Detail(
        source=source.source,
        gravity=_gravity(source),
        summary=f"{symbol} {html_code(source.source)} {verb(source)}{counted}",
        pieces=tuple(_pieces(source)),
    )


def _gravity(source: SourcePlan) -> Gravity:
    if source.action is Action.BLOCKED:
        return Gravity.BLOCKED
    if any(change.risk is not Risk.NONE for change in source.changes):
        return Gravity.RISKY
    return Gravity.UNCHANGED if source.action is Action.NO_OP else Gravity.SAFE


def _pieces(source: SourcePlan) -> Iterator[str]:
    lines: list[str] = []
    room = _PIECE
    for line in source_lines(source):
        shown = _SYMBOL.sub(r"\2 \1", plain(line))
        lines.append(shown)
        room -= size(shown) + 1
        if room <= 0:
            yield fence(lines, "diff")
            lines, room = [], _PIECE
    if lines:
        yield fence(lines, "diff")
