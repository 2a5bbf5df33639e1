"""What an address says of the tree: the key of the type, and of the element inside of it.

A key is what stands in the brackets: the external id, else the name path.
"""

import re
from collections.abc import Sequence

from reconciler.planning.plan import Change, Kind

OF_ATTRIBUTES = {Kind.ATTRIBUTE, Kind.ATTRIBUTE_MAPPING}
_BETWEEN = re.compile(r"\]/[A-Za-z]+\[")


def keys(source: str, change: Change) -> tuple[str, str]:
    """Return what stands in the brackets of the address: the owner's key, and the element's."""
    inner = change.address.removeprefix(f"{source}/")
    if change.field is not None:
        inner = inner.removesuffix(f"/{change.field}")
    inner = inner.partition("[")[2].removesuffix("]")
    if change.kind in OF_ATTRIBUTES and (split := _BETWEEN.search(inner)):
        return inner[: split.start()], inner[split.end() :]
    return inner, inner


def key_of(source: str, change: Change) -> str | None:
    """Return the id of the element that *change* of *source* is about, unless the names say it."""
    return shown_key(keys(source, change)[1], change.names)


def type_path(change: Change, key: str) -> tuple[str, ...]:
    """Return the name path of the type that *change* is about, or in; its *key* without one."""
    path = change.names or (key,)
    return path[:-1] if change.kind in OF_ATTRIBUTES and len(path) > 1 else path


def shown_key(key: str | None, names: Sequence[str]) -> str | None:
    """Return *key* unless it only repeats the names, as it does without external ids."""
    return None if key in {names[-1] if names else "", "/".join(names)} else key
