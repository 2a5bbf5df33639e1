"""One difference as a page tells it."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.diagnostics import written_place
from reconciler.planning.plan import Change, Kind
from reconciler.render.html.values import Shown
from reconciler.render.plan.tree import shown_key
from reconciler.render.terminal import Style

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
class Subject:
    """What a difference is about."""

    noun: str
    name: str
    key: str | None
    field: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A difference: what it is about, how it differs, and what stands behind it.

    `data` is what the filters of the page go by.
    """

    anchor: str
    data: Mapping[str, str]
    mark: Mark
    subject: Subject
    shown: Shown
    notes: tuple[Note, ...] = ()
    sentences: tuple[str, ...] = ()
    place: str | None = None
    address: str | None = None


def subject(change: Change, name: str | None = None) -> Subject:
    """Return what *change* is about, called by *name*, or by its path without one."""
    return Subject(
        noun=_NOUNS[change.kind],
        name=" / ".join(change.names) or str(change.address) if name is None else name,
        key=shown_key(change.address.key, change.names),
        field=change.field,
    )


def place(file: str | None, change: Change) -> str | None:
    """Return where the manifest *file* has what changes, None where nobody knows."""
    return written_place(file, change.line, change.column) if change.line else None


def tone(style: Style) -> str:
    """Return the class of the page for a style."""
    return style.name.lower()
