"""How an element is called: its name or name path, and its external id, both always shown."""

from reconciler.planning.plan import Change, Kind
from reconciler.render.shorten import shorten
from reconciler.render.terminal import Style

_WIDTH = 120
_OF_MAPPINGS = {Kind.MAPPING, Kind.ATTRIBUTE_MAPPING}


def label(name: str, key: str | None) -> tuple[tuple[str, Style], ...]:
    """Return the name and, where there is one, the id."""
    shown = (shorten(name, _WIDTH), Style.STRONG)
    return (shown, ("  " + shorten(key, _WIDTH), Style.QUIET)) if key else (shown,)


def name_path(change: Change) -> str:
    """Return the names from the root type on: `Hard Drive / File / Path`, `icon disk`."""
    path = " / ".join(change.names) or change.address
    return f"{change.kind} {path}" if change.kind in {Kind.ICON, Kind.STATUS} else path


def aspect(change: Change) -> str:
    """Return which side of the element is meant: `mapping`, or nothing for the element itself."""
    return "mapping" if change.kind in _OF_MAPPINGS else ""


def element(change: Change) -> str:
    """Return the name path with the side that is meant: `Hard Drive / File mapping`."""
    return f"{name_path(change)} {aspect(change)}".rstrip()


def whole_name(change: Change, joint: str = " ") -> str:
    """Return name path, side and field, for lists outside of the tree."""
    return joint.join(filter(None, (name_path(change), aspect(change), change.field)))
