"""How an element is called: its name or name path, and its external id, both always shown."""

from reconciler.planning.plan import Change, Kind
from reconciler.render.plan_tree import shown_key
from reconciler.render.shorten import shorten
from reconciler.render.terminal import Span, Style

_WIDTH = 120
_OF_MAPPINGS = {Kind.MAPPING, Kind.ATTRIBUTE_MAPPING}


def label(name: str, key: str | None) -> tuple[Span, ...]:
    """Return the name and, where there is one, the id."""
    shown = (shorten(name, _WIDTH), Style.STRONG)
    return (shown, ("  " + shorten(key, _WIDTH), Style.QUIET)) if key else (shown,)


def path_label(change: Change) -> tuple[Span, ...]:
    """Return the name path from the root type and the id, for lists outside of the tree."""
    return label(name_path(change), shown_key(change.address.key, change.names))


def name_path(change: Change) -> str:
    """Return the names from the root type on: `Hard Drive / File / Path`, `icon disk`."""
    path = " / ".join(change.names) or str(change.address)
    return f"{change.kind} {path}" if change.kind in {Kind.ICON, Kind.STATUS} else path


def aspect(change: Change) -> str:
    """Return which side of the element is meant: `mapping`, or nothing for the element itself."""
    return "mapping" if change.kind in _OF_MAPPINGS else ""
