"""One source as a `<details>`: a summary line, and all its changes as a diff block.

Forges colour the lines of a diff block by the first column.
"""

from collections.abc import Iterable, Iterator
from itertools import accumulate, takewhile

from reconciler.model.policy import Risk
from reconciler.planning.change import Edit, Verdict
from reconciler.planning.plan import SourcePlan
from reconciler.render.importance import Importance, of_source
from reconciler.render.markdown.prose import code, html_code, length, longest_run, prose
from reconciler.render.plan.text import block_lines
from reconciler.render.plan.view import SourceView
from reconciler.render.shorten import count, shorten
from reconciler.render.terminal import PAGE, BlockLine, Style, folded, plain
from reconciler.value import Value

_INDENT = 4
_COLUMNS = {Style.ADD: "+", Style.REMOVE: "-", Style.CHANGE: "!", Style.STOP: "!"}


def diff_lines(line: BlockLine) -> Iterator[str]:
    """Yield *line*, folded, with `+`, `-`, `!` or a space before each.

    A `+` or `-` moves to the first column; other signs stay, as `!` colours both changed and
    impossible lines.
    """
    sign, style = line.sign or ("", Style.QUIET)
    column = _COLUMNS.get(style, " ")
    if column in "+-" and sign.startswith(column):
        sign = f" {sign[1:]}"
    for each in folded([(line.indent[_INDENT:], sign, *line.said)], PAGE):
        yield f"{column} {plain(each)}".rstrip()


_LEAST_FENCE = 3
_NAME_WIDTH = 120
_CUT = "More of this source is left out."


class Detail(Value):
    """The block of a source. `pieces` are its elements, each with all its lines.

    `changes` is the number of its changes.
    """

    importance: Importance
    changes: int
    opening: str
    pieces: tuple[str, ...]
    fence: str

    def whole(self) -> str:
        """Return the block with all its pieces."""
        return self._with(len(self.pieces))

    def within(self, room: int) -> str | None:
        """Return the block with as many pieces as *room* allows, None if none fits."""
        least = length(self._with(0)) + len(f"\n\n{self.fence}diff\n\n{self.fence}")
        sizes = accumulate(length(piece) + 1 for piece in self.pieces)
        shown = sum(1 for _ in takewhile(lambda size: least + size <= room, sizes))
        return self._with(shown) if shown else None

    def _with(self, number: int) -> str:
        lines = "\n".join(self.pieces[:number])
        parts = [self.opening]
        if number:
            parts.append(f"{self.fence}diff\n{lines}\n{self.fence}")
        if number < len(self.pieces):
            parts.append(_CUT)
        return "\n\n".join((*parts, "</details>"))


def detail_of(view: SourceView) -> Detail:
    """Return the block of a source."""
    source = view.planned
    pieces = tuple(_pieces(block_lines(view, "the plan in JSON")))
    run = max(map(longest_run, pieces), default=0)
    name = html_code(shorten(source.source, _NAME_WIDTH))
    ids = ", ".join(f"{word} {code(each)}" for word, each in view.ids)
    summary = f"{view.mark.symbol} {name} {view.verb}{_counts(source)}"
    return Detail(
        importance=of_source(source),
        changes=len(source.changes),
        opening=f"<details><summary>{summary}</summary>\n\n"
        f"{prose(source.reason.text)}{f' ({ids})' if ids else ''}",
        pieces=pieces,
        fence="`" * max(_LEAST_FENCE, run + 1),
    )


def _pieces(lines: Iterable[BlockLine]) -> Iterator[str]:
    held: list[str] = []
    for line in lines:
        if held and line.opens:
            yield "\n".join(held)
            held = []
        held += diff_lines(line)
    if held:
        yield "\n".join(held)


def _counts(source: SourcePlan) -> str:
    sent = [c.action for c in source.changes if c.verdict.takes_effect]
    verdicts = [c.verdict for c in source.changes]
    counts = (
        (sent.count(Edit.ADD), "to add"),
        (sent.count(Edit.CHANGE), "to change"),
        (sent.count(Edit.REMOVE), "to remove"),
        (verdicts.count(Verdict.IMPOSSIBLE), "impossible"),
        (verdicts.count(Verdict.ORPHAN), "in live only"),
    )
    parts = [f"{number} {word}" for number, word in counts if number]
    if final := sum(each.is_final for each in source.schema_operations):
        parts.append(f"{final} cannot be undone")
    if risks := sum(c.risk is not Risk.NONE for c in source.changes):
        parts.append(count(risks, "risk"))
    return f": {', '.join(parts)}" if parts else ""
