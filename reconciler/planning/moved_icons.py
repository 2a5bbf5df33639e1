"""Icons and statuses moved to live, as far as live shows them."""

from collections.abc import Iterator
from typing import Any

from reconciler.manifest.minimal_form import minimal_icon
from reconciler.manifest.outline import Element
from reconciler.manifest.text.edits import Drop, Edit, Put
from reconciler.planning import plan
from reconciler.planning.moving import Moving, listed, put_fields


def icon_edits(moving: Moving) -> Iterator[Edit]:
    """Yield the edits of the icons; live's own are added as far as it shows them whole."""
    names = _of(moving, plan.Kind.ICON, plan.Edit.REMOVE)
    icons = (minimal_icon(moving.sides.live.icons[name]) for name in names)
    adds = [icon for icon in icons if icon is not None]
    yield from _edits(moving, plan.Kind.ICON, adds, schema="iconSchema", key="icons")


def status_edits(moving: Moving) -> Iterator[Edit]:
    """Yield the edits of the statuses; one that only lives may belong to the whole site."""
    yield from _edits(moving, plan.Kind.STATUS, [], schema="statusSchema", key="statuses")


def _edits(
    moving: Moving, kind: plan.Kind, adds: list[dict[str, Any]], *, schema: str, key: str
) -> Iterator[Edit]:
    located = moving.located.icons if kind is plan.Kind.ICON else moving.located.statuses
    drops = [located[name] for name in _of(moving, kind, plan.Edit.ADD)]
    if not adds and drops and len(drops) == len(located):
        yield Drop(at=("schema", schema))
        return
    for element in located.values():
        yield from _fields(moving, kind, element)
    if schema in moving.raw["schema"]:
        at = "schema", schema, key
        yield from listed(at, moving.raw["schema"][schema], drops=drops, adds=adds)
    elif adds:
        yield Put(at=("schema", schema), value={key: adds})


def _fields(moving: Moving, kind: plan.Kind, element: Element) -> Iterator[Edit]:
    fields = moving.changed(kind, element.name or "")
    yield from put_fields(element, {k: v for k, v in fields.items() if v is not None})


def _of(moving: Moving, kind: plan.Kind, edit: plan.Edit) -> list[str]:
    """Return the names of the elements that are on one side alone, and of which live tells."""
    return [d.names[0] for d in moving.found if d.kind is kind and d.edit is edit]
