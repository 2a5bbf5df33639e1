"""How the companion API names the types of attributes (api.md#companion-attributes)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Kind(NamedTuple):
    """The number of a type, and of its default type where it is 0."""

    type: int
    default_type: int | None = None


REFERENCE, STATUS = Kind(1), Kind(7)

# importsource's name of a type → what the companion API calls it. It has others (users, groups).
KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "text": Kind(0, 0),
        "integer": Kind(0, 1),
        "boolean": Kind(0, 2),
        "double": Kind(0, 3),
        "date": Kind(0, 4),
        "time": Kind(0, 5),
        "date_time": Kind(0, 6),
        "url": Kind(0, 7),
        "email": Kind(0, 8),
        "textarea": Kind(0, 9),
        "select": Kind(0, 10),
        "ipaddress": Kind(0, 11),
        "referenced_object": REFERENCE,
        "status": STATUS,
    }
)
NAMES: Mapping[Kind, str] = MappingProxyType({kind: name for name, kind in KINDS.items()})
