"""One difference as a page tells it."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.diagnostics import written_place
from reconciler.planning.plan import Change
from reconciler.render.html.values import Shown
from reconciler.render.plan.symbols import KINDS, Mark, Note


@dataclass(frozen=True, kw_only=True, slots=True)
class RowSubject:
    """What a difference is about."""

    noun: str
    name: str
    key: str | None
    field: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PageRow:
    """A difference: what it is about, how it differs, and what stands behind it.

    `data` is what the filters of the page go by.
    """

    anchor: str
    data: Mapping[str, str]
    mark: Mark
    subject: RowSubject
    shown: Shown
    notes: tuple[Note, ...] = ()
    sentences: tuple[str, ...] = ()
    place: str | None = None
    address: str | None = None


def subject(change: Change, key: str | None, name: str | None = None) -> RowSubject:
    """Return what *change* is about, called by *name*, or by its path without one."""
    return RowSubject(
        noun=KINDS[change.kind][0],
        name=" / ".join(change.names) or str(change.address) if name is None else name,
        key=key,
        field=change.field,
    )


def place(file: str | None, change: Change) -> str | None:
    """Return where the manifest *file* has what changes, None where nobody knows."""
    return written_place(file, change.line, change.column) if change.line else None
