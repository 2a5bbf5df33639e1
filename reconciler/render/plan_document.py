"""The document that a plan carries, read for show: it may be anything, so leniently."""

from collections.abc import Iterator, Mapping
from typing import Any

Path = tuple[str, ...]


def types_in(document: Mapping[str, Any]) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Yield each object type with its name path, parents before children, in their order."""
    roots = _inside(_inside(document, "schema"), "objectSchema").get("objectTypes")
    stack: list[tuple[Path, Mapping[str, Any]]] = [((), raw) for raw in objects(roots)[::-1]]
    while stack:
        above, object_type = stack.pop()
        path = (*above, text(object_type.get("name")) or "")
        yield path, object_type
        stack += [(path, raw) for raw in objects(object_type.get("children"))[::-1]]


def mappings_in(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the mappings of object types."""
    return objects(_inside(document, "mapping").get("objectTypeMappings"))


def objects(raw: Any) -> list[Mapping[str, Any]]:
    """Return the objects of the list *raw*, nothing where it is none."""
    return [each for each in raw if isinstance(each, Mapping)] if isinstance(raw, list) else []


def text(raw: Any) -> str | None:
    """Return *raw* where it is a text."""
    return raw if isinstance(raw, str) else None


def _inside(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = raw.get(key)
    return value if isinstance(value, Mapping) else {}
