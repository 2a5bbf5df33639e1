"""All differences between two aligned documents, element by element, field by field."""

from collections.abc import Iterator

from reconciler.model.fields import ICON, STATUS
from reconciler.model.wire import write_icon, write_status
from reconciler.planning.change import Edit, Kind
from reconciler.planning.diff.difference import Difference, ElementRef, Sides, managed
from reconciler.planning.diff.mappings import mapping_differences
from reconciler.planning.diff.object_schema import object_schema_differences
from reconciler.planning.diff.types import type_differences

_MANAGED_ICON, _MANAGED_STATUS = managed(ICON), managed(STATUS)


def icon_differences(sides: Sides) -> Iterator[Difference]:
    """Yield the differences of icons, by key."""
    for key, icon in sides.desired.icons.items():
        element, old = _icon(sides, key), sides.live.icons.get(key)
        if old is None:
            hidden = "icons" not in sides.shown and sides.is_unknown(element, None, icon)
            yield element.whole(Edit.ADD, write_icon(icon), write_only=hidden)
        else:
            old_fields, new_fields = _MANAGED_ICON(old, icon), _MANAGED_ICON(icon, icon)
            yield from element.fields(old_fields, new_fields, sides)
    hidden = "icons" not in sides.shown
    for key, icon in sides.live.icons.items():
        if key not in sides.desired.icons:
            yield _icon(sides, key).whole(Edit.REMOVE, write_icon(icon), write_only=hidden)


def status_differences(sides: Sides) -> Iterator[Difference]:
    """Yield the differences of statuses, by name.

    A status that is only live may belong to the whole site: it is an orphan only if it was sent.
    """
    for name, status in sides.desired.statuses.items():
        element = _status(sides, name)
        old = sides.live.statuses.get(name)
        if old is None:
            hidden = "statuses" not in sides.shown and sides.is_unknown(element, None, status)
            yield element.whole(Edit.ADD, write_status(status), write_only=hidden)
        else:
            old_fields, new_fields = _MANAGED_STATUS(old, status), _MANAGED_STATUS(status, status)
            yield from element.fields(old_fields, new_fields, sides)
    hidden = "statuses" not in sides.shown
    for name, status in sides.live.statuses.items():
        if name in sides.sent.statuses and name not in sides.desired.statuses:
            element = _status(sides, name)
            yield element.whole(Edit.REMOVE, write_status(status), write_only=hidden)


def _icon(sides: Sides, key: str) -> ElementRef:
    return ElementRef(kind=Kind.ICON, address=sides.address.icon(key), names=(key,))


def _status(sides: Sides, name: str) -> ElementRef:
    return ElementRef(kind=Kind.STATUS, address=sides.address.status(name), names=(name,))


def differences(sides: Sides) -> Iterator[Difference]:
    """Yield every difference, types first, then mappings, icons and statuses, by identity.

    An optional field that only live has is unmanaged, and not a difference. Those of the object
    schema itself, where they are wanted, come before all others.
    """
    if sides.names_schema:
        yield from object_schema_differences(sides)
    yield from type_differences(sides)
    yield from mapping_differences(sides)
    yield from icon_differences(sides)
    yield from status_differences(sides)
