"""What the manifest holds beside the changes: ids of types, and how much stays as it is.

Read from the raw document that the plan carries, which may be anything: lenient.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.model.wire import has_external_ids
from reconciler.planning.plan import Change, Edit, Kind, SourcePlan
from reconciler.render.plan_document import (
    Path,
    key_in,
    mapped_key,
    mappings_in,
    objects,
    text,
    types_in,
)
from reconciler.render.plan_tree import OF_ATTRIBUTES, keys

_SYSTEM = "Key"


@dataclass(frozen=True, kw_only=True, slots=True)
class ManifestView:
    """External ids by name path, and unchanged elements by the key of their type.

    The key is what stands in the brackets of an address: the id, else the name path.
    """

    ids: Mapping[Path, str]
    attributes: Mapping[str, int]
    attribute_mappings: Mapping[str, int]


NOTHING_KNOWN = ManifestView(ids={}, attributes={}, attribute_mappings={})


def manifest_view(source: SourcePlan) -> ManifestView:
    """Return what the manifest of *source* holds, its changes counted off."""
    desired = source.evidence.desired
    by_ids = has_external_ids(desired)
    ids: dict[Path, str] = {}
    by_name: dict[str, str] = {}
    attributes: Counter[str] = Counter()
    for path, raw in types_in(desired):
        key = key_in(path, raw, by_ids=by_ids)
        if by_ids and text(raw.get("externalId")):
            ids[path] = key
        by_name.setdefault(path[-1], key)
        attributes[key] = sum(a.get("name") != _SYSTEM for a in objects(raw.get("attributes")))
    mapped: Counter[str] = Counter()
    for raw in mappings_in(desired):
        mapped[mapped_key(raw, by_name)] += len(objects(raw.get("attributesMapping")))
    changed = _changed(source)
    return ManifestView(
        ids=ids,
        attributes=attributes - changed[Kind.ATTRIBUTE],
        attribute_mappings=mapped - changed[Kind.ATTRIBUTE_MAPPING],
    )


def _changed(source: SourcePlan) -> Mapping[Kind, Counter[str]]:
    """Return how many of the manifest's own elements change, by the key of their type."""
    elements: dict[Kind, set[tuple[str, str]]] = {kind: set() for kind in OF_ATTRIBUTES}
    for change in source.changes:
        if change.kind in OF_ATTRIBUTES and not _is_live_only(change):
            elements[change.kind].add(keys(source.source, change))
    return {kind: Counter(owner for owner, _ in found) for kind, found in elements.items()}


def _is_live_only(change: Change) -> bool:
    return change.field is None and change.action is Edit.REMOVE
