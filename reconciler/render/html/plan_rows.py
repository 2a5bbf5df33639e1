"""The changes of a plan as rows of its page."""

from collections.abc import Iterable, Iterator

from reconciler.planning.plan import LEFT_OPEN, Change, SourcePlan, Verdict
from reconciler.render.html.rows import Mark, Note, Row, place, subject, tone
from reconciler.render.html.values import shown
from reconciler.render.plan_change import Beside, notes
from reconciler.render.plan_symbols import owner_symbol, symbol
from reconciler.render.plan_tree import TypeNode
from reconciler.render.plan_why import reason
from reconciler.render.terminal import Span, Style


class PlanRows:
    """Makes the rows of one source; why many stay open alike is told with the first of them."""

    def __init__(self, source: SourcePlan, number: int) -> None:
        """Begin with the source that stands at *number* in the plan."""
        self._source = source
        self._number = number
        self._beside = Beside.of(source)
        self._told: set[tuple[str, ...]] = set()
        # What is residual is a change, too; read from a file they are two values.
        self._at = {(c.address, c.verdict): at for at, c in enumerate(source.changes)}

    def anchor(self, change: Change) -> str:
        """Return the id of the change on the page. It holds no text of a stranger."""
        return f"change-{self._number}-{self._at.get((change.address, change.verdict), 0)}"

    def head(self, node: TypeNode) -> Mark:
        """Return what becomes of the type itself."""
        return Mark.of(owner_symbol(node.changes, node.all_changes))

    def row(self, change: Change, name: str | None = None) -> Row:
        """Return the row of *change*, called by *name*, or by its path where there is none."""
        sentences = tuple(self._sentences(change))
        at = place(self._source.file, change)
        return Row(
            anchor=self.anchor(change),
            data={"verdict": change.verdict, "risk": change.risk},
            mark=Mark.of(symbol(change)),
            subject=subject(change, name),
            shown=shown(change),
            notes=self._notes(change),
            sentences=sentences,
            place=at,
            address=str(change.address) if at or sentences else None,
        )

    def _notes(self, change: Change) -> tuple[Note, ...]:
        moved = "".join(map(_text, self._beside.moved.get(change.address, ())))
        spans: Iterable[Span] = (*((moved, Style.CHANGE),) * bool(moved), *notes(change))
        return tuple(
            Note(
                text=_text(span).strip(" ()"), tone=tone(span[1]) if isinstance(span, tuple) else ""
            )
            for span in spans
        )

    def _sentences(self, change: Change) -> Iterator[str]:
        if change.verdict in LEFT_OPEN:
            why = tuple(filter(None, (reason(change), change.remedy)))
            if change.verdict is Verdict.IMPOSSIBLE or why not in self._told:
                yield from why
            self._told.add(why)
        if change.risk_text:
            yield change.risk_text


def _text(span: Span) -> str:
    return span if isinstance(span, str) else span[0]
