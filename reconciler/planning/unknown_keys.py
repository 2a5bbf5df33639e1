"""Keys outside the payload schema that a manifest states and live contradicts.

A note in the residual, never blocking, never sent alone (design.md section 6,
Server-owned). In a manifest without external ids cardinalities and `unique` are
such keys: the API ignores them there (api.md section 5).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.model.document import NO_EXTRA
from reconciler.model.wire import write_attribute
from reconciler.planning.align import Side
from reconciler.planning.difference import Difference
from reconciler.planning.plan import Edit, Kind


def contradictions(source: str, desired: Side, live: Side) -> Iterator[Difference]:
    """Yield a difference for each unknown key of *desired* that *live* has otherwise."""
    for key, node in desired.types.items():
        before = live.types.get(key)
        if before is None:
            continue
        address = f"{source}/objectTypes[{node.label}]"
        yield from _contradicted(
            Kind.OBJECT_TYPE, address, node.names, node.element.extra, before.element.extra
        )
        for attribute_key, attribute in node.attributes.items():
            old = before.attributes.get(attribute_key)
            if attribute.extra and old is not None:
                label = attribute.external_id if desired.by_ids else None
                yield from _contradicted(
                    Kind.ATTRIBUTE,
                    f"{address}/attributes[{label or attribute.name}]",
                    (*node.names, attribute.name),
                    attribute.extra,
                    write_attribute(old),
                )
    for key, mapping in desired.mappings.items():
        old_mapping, target = live.mappings.get(key), desired.types.get(key)
        if old_mapping is None or target is None:
            continue
        address = f"{source}/mappings[{target.label}]"
        yield from _contradicted(
            Kind.MAPPING, address, target.names, mapping.element.extra, old_mapping.element.extra
        )
        for entry_key, entry in mapping.entries.items():
            old_entry = old_mapping.entries.get(entry_key)
            label = entry.attribute_external_id if desired.by_ids else None
            yield from _contradicted(
                Kind.ATTRIBUTE_MAPPING,
                f"{address}/attributes[{label or entry.attribute_name}]",
                (*target.names, entry.attribute_name or ""),
                entry.extra,
                old_entry.extra if old_entry else NO_EXTRA,
            )


def _contradicted(
    kind: Kind,
    address: str,
    names: tuple[str, ...],
    desired: Mapping[str, Any],
    live: Mapping[str, Any],
) -> Iterator[Difference]:
    for key in sorted(desired.keys() & live.keys()):
        if desired[key] != live[key]:
            yield Difference(
                kind=kind,
                edit=Edit.CHANGE,
                address=f"{address}/{key}",
                names=names,
                field=key,
                before=live[key],
                after=desired[key],
            )
