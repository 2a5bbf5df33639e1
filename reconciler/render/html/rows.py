"""One change as the page tells it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reconciler.planning.plan import LEFT_OPEN, Change, Kind, SourcePlan, Verdict
from reconciler.render.html.values import Shown, shown
from reconciler.render.plan_change import Beside, notes
from reconciler.render.plan_symbols import symbol
from reconciler.render.plan_tree import keys, shown_key
from reconciler.render.plan_why import reason
from reconciler.render.terminal import Span, Style

_SAYS = {
    "+": "added",
    "~": "changed",
    "-": "removed",
    "!": "impossible",
    "?": "orphan",
    ".": "not sent",
}
_NOUNS = {kind: kind.replace("_", " ") for kind in Kind}


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A symbol, the word for it, and the class that colours it."""

    symbol: str
    word: str
    tone: str

    @classmethod
    def of(cls, marked: tuple[str, Style] | None) -> "Mark":
        """Return it for a symbol and its style; that of nothing to say for None."""
        if marked is None:
            return cls(symbol="", word="unchanged", tone="same")
        return cls(symbol=marked[0], word=_SAYS[marked[0]], tone=tone(marked[1]))


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """A short remark beside a change."""

    text: str
    tone: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A change: what it is about, how it differs, and what stands behind it."""

    anchor: str
    change: Change
    mark: Mark
    noun: str
    name: str
    key: str | None
    shown: Shown
    notes: tuple[Note, ...]
    place: str | None
    sentences: tuple[str, ...]


class RowMaker:
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

    def row(self, change: Change, name: str | None = None) -> Row:
        """Return the row of *change*, called by *name*, or by its path where there is none."""
        return Row(
            anchor=self.anchor(change),
            change=change,
            mark=Mark.of(symbol(change)),
            noun=_NOUNS[change.kind],
            name=_path(change) if name is None else name,
            key=shown_key(keys(self._source.source, change)[1], change.names),
            shown=shown(change),
            notes=self._notes(change),
            place=self._place(change),
            sentences=tuple(self._sentences(change)),
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

    def _place(self, change: Change) -> str | None:
        parts = (self._source.file, change.line, change.column)
        return ":".join(str(p) for p in parts if p is not None) if change.line else None

    def _sentences(self, change: Change) -> Iterator[str]:
        if change.verdict in LEFT_OPEN:
            why = tuple(filter(None, (reason(change), change.remedy)))
            if change.verdict is Verdict.IMPOSSIBLE or why not in self._told:
                yield from why
            self._told.add(why)
        if change.risk_text:
            yield change.risk_text


def tone(style: Style) -> str:
    """Return the class of the page for a style."""
    return style.name.lower()


def _text(span: Span) -> str:
    return span if isinstance(span, str) else span[0]


def _path(change: Change) -> str:
    return " / ".join(change.names) or change.address
