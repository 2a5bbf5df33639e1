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


def key_in(path: Path, raw: Mapping[str, Any], *, by_ids: bool) -> str:
    """Return what addresses call the type *raw* at *path*: its id, else its name or name path."""
    identity = text(raw.get("externalId")) if by_ids else None
    return identity or (path[-1] if by_ids else "/".join(path))


def mapped_key(raw: Mapping[str, Any], by_name: Mapping[str, str]) -> str:
    """Return the key of the type that *raw* maps; *by_name* has the keys by the names of types."""
    name = text(raw.get("objectTypeName")) or ""
    return text(raw.get("objectTypeExternalId")) or by_name.get(name, name)


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
