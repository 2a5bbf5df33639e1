"""What the manifest holds beside the changes: ids of types, and how much stays as it is.

Read from the raw document that the plan carries, which may be anything: lenient.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.model.wire import has_external_ids
from reconciler.planning.plan import Change, Edit, Kind, SourcePlan
from reconciler.render.plan_tree import keys

Path = tuple[str, ...]
_INSIDE = {Kind.ATTRIBUTE, Kind.ATTRIBUTE_MAPPING}
_SYSTEM = "Key"


@dataclass(frozen=True, kw_only=True, slots=True)
class ManifestView:
    """External ids by name path, and unchanged elements by the key of their type.

    The key is what stands in the brackets of an address: the id, else the name path.
    """

    ids: Mapping[Path, str]
    attributes: Mapping[str, int]
    attribute_mappings: Mapping[str, int]


def manifest_view(source: SourcePlan) -> ManifestView:
    """Return what the manifest of *source* holds, its changes counted off."""
    desired = source.evidence.desired
    by_ids = has_external_ids(desired)
    ids: dict[Path, str] = {}
    by_name: dict[str, str] = {}
    attributes: Counter[str] = Counter()
    for path, raw in _types(desired):
        external_id = _text(raw.get("externalId")) if by_ids else None
        if external_id:
            ids[path] = external_id
        key = external_id or (path[-1] if by_ids else "/".join(path))
        by_name.setdefault(path[-1], key)
        attributes[key] = sum(a.get("name") != _SYSTEM for a in _objects(raw.get("attributes")))
    mapped: Counter[str] = Counter()
    for raw in _objects(_inside(desired, "mapping").get("objectTypeMappings")):
        name = _text(raw.get("objectTypeName")) or ""
        key = _text(raw.get("objectTypeExternalId")) or by_name.get(name, name)
        mapped[key] += len(_objects(raw.get("attributesMapping")))
    changed = _changed(source)
    return ManifestView(
        ids=ids,
        attributes=attributes - changed[Kind.ATTRIBUTE],
        attribute_mappings=mapped - changed[Kind.ATTRIBUTE_MAPPING],
    )


def _changed(source: SourcePlan) -> Mapping[Kind, Counter[str]]:
    """Return how many of the manifest's own elements change, by the key of their type."""
    elements: dict[Kind, set[tuple[str, str]]] = {kind: set() for kind in _INSIDE}
    for change in source.changes:
        if change.kind in _INSIDE and not _is_live_only(change):
            elements[change.kind].add(keys(source.source, change))
    return {kind: Counter(owner for owner, _ in found) for kind, found in elements.items()}


def _is_live_only(change: Change) -> bool:
    return change.field is None and change.action is Edit.REMOVE


def _types(desired: Mapping[str, Any]) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    object_schema = _inside(_inside(desired, "schema"), "objectSchema")
    stack: list[tuple[Path, Any]] = [((), object_schema.get("objectTypes"))]
    while stack:
        above, raw = stack.pop()
        for object_type in _objects(raw):
            path = (*above, _text(object_type.get("name")) or "")
            yield path, object_type
            stack.append((path, object_type.get("children")))


def _inside(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = raw.get(key)
    return value if isinstance(value, Mapping) else {}


def _objects(raw: Any) -> list[Mapping[str, Any]]:
    return [each for each in raw if isinstance(each, Mapping)] if isinstance(raw, list) else []


def _text(raw: Any) -> str | None:
    return raw if isinstance(raw, str) else None
