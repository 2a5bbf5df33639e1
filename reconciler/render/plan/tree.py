"""Reads ids of types and counts of unchanged elements from the document that a plan carries.

The document is raw and may be anything, so values of the wrong shape are ignored.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.model.address import written_key
from reconciler.model.document import Document, ObjectType, walk_types
from reconciler.model.wire import read_document
from reconciler.planning.comparison import has_ids
from reconciler.planning.plan import Change, Edit, Kind, SourcePlan

OF_ATTRIBUTES = {Kind.ATTRIBUTE, Kind.ATTRIBUTE_MAPPING}


def key_of(change: Change) -> str | None:
    """Return the key of the element of *change*, unless the names say the same."""
    return shown_key(change.address.key, change.names)


def type_path(change: Change, key: str) -> tuple[str, ...]:
    """Return the name path of the type that *change* is about or in; its *key* if there is none."""
    path = change.names or (key,)
    return path[:-1] if change.kind in OF_ATTRIBUTES and len(path) > 1 else path


def shown_key(key: str | None, names: Sequence[str]) -> str | None:
    """Return *key*, unless it only repeats the names, as without external ids."""
    return None if key in {names[-1] if names else "", "/".join(names)} else key


Path = tuple[str, ...]


def types_in(document: Mapping[str, Any]) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Yield each object type with its name path, in document order, parents before children."""
    roots = _inside(_inside(document, "schema"), "objectSchema").get("objectTypes")
    stack: list[tuple[Path, Mapping[str, Any]]] = [((), raw) for raw in objects(roots)[::-1]]
    while stack:
        above, object_type = stack.pop()
        path = (*above, text_or_none(object_type.get("name")) or "")
        yield path, object_type
        stack += [(path, raw) for raw in objects(object_type.get("children"))[::-1]]


def key_in(path: Path, raw: Mapping[str, Any], *, by_ids: bool) -> str:
    """Return what addresses have in the brackets of the type *raw*: its id, else its name path."""
    return written_key((text_or_none(raw.get("externalId")) if by_ids else None) or path)


def mapped_key(raw: Mapping[str, Any], by_name: Mapping[str, str]) -> str:
    """Return the key of the type that *raw* maps; *by_name* has the keys by type name."""
    name = text_or_none(raw.get("objectTypeName")) or ""
    external_id = text_or_none(raw.get("objectTypeExternalId"))
    return written_key(external_id) if external_id else by_name.get(name, written_key((name,)))


def mappings_in(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the object type mappings."""
    return objects(_inside(document, "mapping").get("objectTypeMappings"))


def objects(raw: Any) -> list[Mapping[str, Any]]:
    """Return the objects of the list *raw*, nothing if it is not a list."""
    return [each for each in raw if isinstance(each, Mapping)] if isinstance(raw, list) else []


def text_or_none(raw: Any) -> str | None:
    """Return *raw* if it is a text."""
    return raw if isinstance(raw, str) else None


def _inside(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = raw.get(key)
    return value if isinstance(value, Mapping) else {}


_SYSTEM = "Key"


class ManifestView:
    """The manifest as far as it stays: external ids by name path, counts of unchanged elements.

    Counted is what somebody asks for, by the key of a type: what addresses have in the brackets.
    """

    def __init__(self, source: SourcePlan | None = None) -> None:
        """View the manifest of *source*; without one nothing is known."""
        self.ids: dict[Path, str] = {}
        self._types: dict[str, ObjectType] = {}
        self._mapped: Counter[str] = Counter()
        if source is not None and source.changes:
            self._index(_document(source.evidence.desired))
            self._changed = _changed(source)

    def _index(self, desired: Document) -> None:
        by_ids = has_ids(desired)
        by_name: dict[str, str] = {}
        for object_type, ancestors in walk_types(desired.object_types):
            path = (*(each.name for each in ancestors), object_type.name)
            key = written_key((by_ids and object_type.external_id) or path)
            if by_ids and object_type.external_id:
                self.ids[path] = object_type.external_id
            by_name.setdefault(path[-1], key)
            self._types[key] = object_type
        for each in desired.mappings:
            name, external_id = each.object_type_name or "", each.object_type_external_id
            key = (
                written_key(external_id)
                if external_id
                else by_name.get(name) or written_key((name,))
            )
            self._mapped[key] += len(each.attributes)

    def same_attributes(self, key: str) -> int:
        """Return how many attributes of the type *key* are unchanged."""
        if (object_type := self._types.get(key)) is None:
            return 0
        number = sum(not a.is_system for a in object_type.attributes)
        return max(number - self._changed[Kind.ATTRIBUTE][key], 0)

    def same_mapped(self, key: str) -> int:
        """Return how many attribute mappings of the type *key* are unchanged."""
        number = self._mapped[key]
        return max(number - self._changed[Kind.ATTRIBUTE_MAPPING][key], 0) if number else 0


def _document(raw: Mapping[str, Any]) -> Document:
    """Return the document *raw*, an empty one if it is none."""
    try:
        return read_document(raw)
    except (AttributeError, KeyError, TypeError):
        return Document()


NOTHING_KNOWN = ManifestView()


def _changed(source: SourcePlan) -> Mapping[Kind, Counter[str]]:
    """Return the number of changed elements of the manifest, by the key of their type."""
    elements: dict[Kind, set[tuple[str, str]]] = {kind: set() for kind in OF_ATTRIBUTES}
    for change in source.changes:
        if change.kind in OF_ATTRIBUTES and not _is_live_only(change):
            elements[change.kind].add((change.address.owner_label, change.address.key))
    return {kind: Counter(owner for owner, _ in found) for kind, found in elements.items()}


def _is_live_only(change: Change) -> bool:
    return change.field is None and change.action is Edit.REMOVE
