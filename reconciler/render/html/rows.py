"""One difference, for HTML pages."""

from collections.abc import Mapping

from reconciler.diagnostics import written_place
from reconciler.planning.plan import Change
from reconciler.render.html.values import Shown
from reconciler.render.plan.symbols import KINDS, Mark, Note
from reconciler.value import Value


class RowSubject(Value):
    """The subject of a difference."""

    noun: str
    name: str
    key: str | None
    field: str | None


class PageRow(Value):
    """A difference: its subject, its values and the notes about it.

    `data` are the attributes that the filters of the page use.
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
    """Return the subject of *change*, labelled *name*, or with its path if there is no name."""
    return RowSubject(
        noun=KINDS[change.kind][0],
        name=" / ".join(change.names) or str(change.address) if name is None else name,
        key=key,
        field=change.field,
    )


def place(file: str | None, change: Change) -> str | None:
    """Return the place of the change in the manifest *file*, None if unknown."""
    return written_place(change.file or file, change.line, change.column) if change.line else None
