"""Names changes by their types, and counts what of a manifest stays beside them."""

from collections import Counter
from collections.abc import Mapping, Sequence

from reconciler.model.document import Document, ObjectType
from reconciler.planning.change import Change, Edit, Kind
from reconciler.planning.comparison import has_ids
from reconciler.planning.plan import SourcePlan
from reconciler.render.plan.evidence import Path, document_in, key_in, mapped_key, types_in

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
    is_said = key == names[-1] or key == "/".join(names) if names else key == ""
    return None if is_said else key


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
            self._index(document_in(source.evidence.desired))
            self._changed = _changed(source)

    def _index(self, desired: Document) -> None:
        by_ids = has_ids(desired)
        by_name: dict[str, str] = {}
        for path, object_type in types_in(desired):
            key = key_in(path, object_type, by_ids=by_ids)
            if by_ids and object_type.external_id:
                self.ids[path] = object_type.external_id
            by_name.setdefault(path[-1], key)
            self._types[key] = object_type
        for mapping in desired.mappings:
            self._mapped[mapped_key(mapping, by_name)] += len(mapping.attributes)

    def same_attributes(self, key: str) -> int:
        """Return how many attributes of the type *key* are unchanged."""
        if (object_type := self._types.get(key)) is None:
            return 0
        return max(len(object_type.own) - self._changed[Kind.ATTRIBUTE][key], 0)

    def same_mapped(self, key: str) -> int:
        """Return how many attribute mappings of the type *key* are unchanged."""
        number = self._mapped[key]
        return max(number - self._changed[Kind.ATTRIBUTE_MAPPING][key], 0) if number else 0


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
