"""What differs between two aligned documents, element by element and field by field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.model.document import Attribute, AttributeMapping, TypeMapping
from reconciler.model.normalise import attribute_with_defaults
from reconciler.model.wire import (
    write_attribute,
    write_icon,
    write_object_type,
    write_status,
    write_type_mapping,
)
from reconciler.planning.align import MappingNode, Side, TypeNode
from reconciler.planning.diff import fields_that_differ
from reconciler.planning.plan import Edit, Kind

EVERYTHING = frozenset({"icons", "png48", "statuses", "iconKey", "typeValues"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One difference, before anybody judged it.

    `type_key` and `attribute_key` are the keys of `align`; `field` None stands for
    the whole element. `write_only`: live does not show it, so nobody knows whether
    it differs.
    """

    kind: Kind
    edit: Edit
    address: str
    names: tuple[str, ...]
    field: str | None = None
    before: Any = None
    after: Any = None
    type_key: str | None = None
    attribute_key: str | None = None
    write_only: bool = False


def differences(
    source: str, desired: Side, live: Side, *, shown: frozenset[str]
) -> Iterator[Difference]:
    """Yield every difference, types first, then mappings, icons and statuses, by identity.

    *shown* names the write-only parts that live shows (`LiveDocument.shown`). An
    optional field that only live has is unmanaged, and no difference.
    """
    compare = _Compare(source=source, desired=desired, live=live, shown=shown)
    yield from compare.types()
    yield from compare.mappings()
    yield from compare.icons()
    yield from compare.statuses()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Compare:
    source: str
    desired: Side
    live: Side
    shown: frozenset[str]

    def types(self) -> Iterator[Difference]:
        for key, node in self.desired.types.items():
            before = self.live.types.get(key)
            if before is None:
                yield from self.whole_type(node, Edit.ADD)
            else:
                yield from self.type_fields(before, node)
                yield from self.attributes(before, node)
        for key, node in self.live.types.items():
            if key not in self.desired.types:
                yield from self.whole_type(node, Edit.REMOVE)

    def type_address(self, node: TypeNode) -> str:
        return f"{self.source}/objectTypes[{node.label}]"

    def attribute_address(self, node: TypeNode, attribute: Attribute) -> str:
        label = attribute.external_id if self.desired.by_ids else None
        return f"{self.type_address(node)}/attributes[{label or attribute.name}]"

    def whole_type(self, node: TypeNode, edit: Edit) -> Iterator[Difference]:
        fields = write_object_type(node.element)
        fields.pop("attributes", None)
        fields.pop("children", None)
        yield Difference(
            kind=Kind.OBJECT_TYPE,
            edit=edit,
            address=self.type_address(node),
            names=node.names,
            type_key=node.key,
            **_whole(edit, fields),
        )
        for key, attribute in node.attributes.items():
            yield self.whole_attribute(node, key, attribute, edit)

    def whole_attribute(
        self, node: TypeNode, key: str, attribute: Attribute, edit: Edit
    ) -> Difference:
        return Difference(
            kind=Kind.ATTRIBUTE,
            edit=edit,
            address=self.attribute_address(node, attribute),
            names=(*node.names, attribute.name),
            type_key=node.key,
            attribute_key=key,
            **_whole(edit, write_attribute(attribute)),
        )

    def type_fields(self, before: TypeNode, after: TypeNode) -> Iterator[Difference]:
        old, new = before.element, after.element
        old_fields: dict[str, Any] = {
            "name": old.name,
            "description": old.description or "",
            "parent": self.parent_label(self.live, before),
        }
        new_fields: dict[str, Any] = {
            "name": new.name,
            "description": new.description or "",
            "parent": self.parent_label(self.desired, after),
        }
        if new.icon_key is not None:
            old_fields["iconKey"], new_fields["iconKey"] = old.icon_key, new.icon_key
        yield from self.fields(
            Kind.OBJECT_TYPE,
            self.type_address(after),
            after.names,
            old_fields,
            new_fields,
            type_key=after.key,
        )

    def parent_label(self, side: Side, node: TypeNode) -> str | None:
        """Where the type hangs. Live's label serves for both where the parent is the same."""
        if node.parent is None:
            return None
        known = self.live.types.get(node.parent)
        return known.label if known else side.types[node.parent].label

    def attributes(self, before: TypeNode, after: TypeNode) -> Iterator[Difference]:
        for key, attribute in after.attributes.items():
            old = before.attributes.get(key)
            if old is None:
                yield self.whole_attribute(after, key, attribute, Edit.ADD)
                continue
            old_fields = self.attribute_fields(self.live, old, like=attribute)
            new_fields = self.attribute_fields(self.desired, attribute, like=attribute)
            if old_fields != new_fields or "typeValues" in new_fields:
                yield from self.fields(
                    Kind.ATTRIBUTE,
                    self.attribute_address(after, attribute),
                    (*after.names, attribute.name),
                    old_fields,
                    new_fields,
                    type_key=after.key,
                    attribute_key=key,
                )
        for key, attribute in before.attributes.items():
            if key not in after.attributes:
                yield self.whole_attribute(before, key, attribute, Edit.REMOVE)

    def attribute_fields(
        self, side: Side, attribute: Attribute, *, like: Attribute
    ) -> dict[str, Any]:
        """Return the managed fields by wire name; *like* is the manifest's, and says which.

        Without external ids the API ignores cardinalities and `unique`, and so do we.
        """
        full = attribute_with_defaults(attribute)
        fields: dict[str, Any] = {
            "name": full.name,
            "type": full.type,
            "description": full.description,
            "label": full.label,
        }
        if self.desired.by_ids:
            fields["minimumCardinality"] = full.minimum_cardinality
            fields["maximumCardinality"] = full.maximum_cardinality
            fields["unique"] = full.unique
        if like.reference_external_id is not None:
            fields["referenceObjectTypeExternalId"] = side.reference(full)
        elif like.reference_name is not None:
            target = side.reference(full)
            node = self.live.types.get(target or "") or side.types.get(target or "")
            fields["referenceObjectTypeName"] = node.element.name if node else full.reference_name
        if like.type_values is not None:
            values = full.type_values
            fields["typeValues"] = None if values is None else list(values)
        return fields

    def mappings(self) -> Iterator[Difference]:
        for key, node in self.desired.mappings.items():
            before = self.live.mappings.get(key)
            if before is None:
                yield self.whole_mapping(key, node, Edit.ADD)
            else:
                yield from self.mapping_fields(key, before, node)
        for key, node in self.live.mappings.items():
            if key not in self.desired.mappings:
                yield self.whole_mapping(key, node, Edit.REMOVE)

    def type_node(self, key: str) -> TypeNode | None:
        return self.desired.types.get(key) or self.live.types.get(key)

    def mapping_address(self, key: str, mapping: TypeMapping) -> tuple[str, tuple[str, ...]]:
        node = self.type_node(key)
        name = mapping.object_type_name or ""
        label = node.label if node else mapping.object_type_external_id or name
        return f"{self.source}/mappings[{label}]", node.names if node else (name,)

    def whole_mapping(self, key: str, node: MappingNode, edit: Edit) -> Difference:
        address, names = self.mapping_address(key, node.element)
        return Difference(
            kind=Kind.MAPPING,
            edit=edit,
            address=address,
            names=names,
            type_key=key,
            **_whole(edit, write_type_mapping(node.element)),
        )

    def mapping_fields(
        self, key: str, before: MappingNode, after: MappingNode
    ) -> Iterator[Difference]:
        address, names = self.mapping_address(key, after.element)
        old, new = before.element, after.element
        old_fields = {"selector": old.selector, "description": old.description or ""}
        new_fields = {"selector": new.selector, "description": new.description or ""}
        yield from self.fields(Kind.MAPPING, address, names, old_fields, new_fields, type_key=key)
        for entry_key, entry in after.entries.items():
            old_entry = before.entries.get(entry_key)
            entry_address, entry_names = self.entry_address(key, entry_key, entry, address, names)
            if old_entry is None:
                yield Difference(
                    kind=Kind.ATTRIBUTE_MAPPING,
                    edit=Edit.ADD,
                    address=entry_address,
                    names=entry_names,
                    type_key=key,
                    attribute_key=entry_key,
                    after=_entry_fields(entry, like=entry),
                )
            else:
                yield from self.fields(
                    Kind.ATTRIBUTE_MAPPING,
                    entry_address,
                    entry_names,
                    _entry_fields(old_entry, like=entry),
                    _entry_fields(entry, like=entry),
                    type_key=key,
                    attribute_key=entry_key,
                )
        for entry_key, entry in before.entries.items():
            if entry_key not in after.entries:
                entry_address, entry_names = self.entry_address(
                    key, entry_key, entry, address, names
                )
                yield Difference(
                    kind=Kind.ATTRIBUTE_MAPPING,
                    edit=Edit.REMOVE,
                    address=entry_address,
                    names=entry_names,
                    type_key=key,
                    attribute_key=entry_key,
                    before=_entry_fields(entry, like=entry),
                )

    def entry_address(
        self,
        key: str,
        entry_key: str,
        entry: AttributeMapping,
        address: str,
        names: tuple[str, ...],
    ) -> tuple[str, tuple[str, ...]]:
        sides = (self.desired.types.get(key), self.live.types.get(key))
        attribute = next(
            (a for n in sides if n is not None and (a := n.attributes.get(entry_key))), None
        )
        name = attribute.name if attribute else entry.attribute_name or ""
        external_id = attribute.external_id if attribute else entry.attribute_external_id
        label = external_id if self.desired.by_ids and external_id else name
        return f"{address}/attributes[{label}]", (*names, name)

    def icons(self) -> Iterator[Difference]:
        for key, icon in self.desired.icons.items():
            address, old = f"{self.source}/icons[{key}]", self.live.icons.get(key)
            if old is None:
                yield Difference(
                    kind=Kind.ICON,
                    edit=Edit.ADD,
                    address=address,
                    names=(key,),
                    write_only="icons" not in self.shown,
                    after=write_icon(icon),
                )
            else:
                old_fields, new_fields = write_icon(old), write_icon(icon)
                yield from self.fields(
                    Kind.ICON,
                    address,
                    (key,),
                    {k: old_fields.get(k) for k in ("name", "png48")},
                    {k: new_fields.get(k) for k in ("name", "png48")},
                )
        for key, icon in self.live.icons.items():
            if key not in self.desired.icons:
                yield Difference(
                    kind=Kind.ICON,
                    edit=Edit.REMOVE,
                    address=f"{self.source}/icons[{key}]",
                    names=(key,),
                    before=write_icon(icon),
                )

    def statuses(self) -> Iterator[Difference]:
        # A status that only lives may belong to the whole site: it is nobody's orphan.
        for name, status in self.desired.statuses.items():
            address, old = f"{self.source}/statuses[{name}]", self.live.statuses.get(name)
            if old is None:
                yield Difference(
                    kind=Kind.STATUS,
                    edit=Edit.ADD,
                    address=address,
                    names=(name,),
                    write_only="statuses" not in self.shown,
                    after=write_status(status),
                )
            else:
                yield from self.fields(
                    Kind.STATUS,
                    address,
                    (name,),
                    {"description": old.description or "", "category": old.category},
                    {"description": status.description or "", "category": status.category},
                )

    def fields(
        self,
        kind: Kind,
        address: str,
        names: tuple[str, ...],
        before: Mapping[str, Any],
        after: Mapping[str, Any],
        *,
        type_key: str | None = None,
        attribute_key: str | None = None,
    ) -> Iterator[Difference]:
        hidden = {f for f in ("iconKey", "typeValues", "png48") if f in after} - self.shown
        if before == after and not hidden:
            return
        differing = fields_that_differ(before, after) if before != after else ()
        for field in sorted(hidden.union(differing)):
            yield Difference(
                kind=kind,
                edit=Edit.CHANGE,
                address=f"{address}/{field}",
                names=names,
                field=field,
                before=None if field in hidden else before[field],
                after=after[field],
                type_key=type_key,
                attribute_key=attribute_key,
                write_only=field in hidden,
            )


def _whole(edit: Edit, fields: dict[str, Any]) -> dict[str, Any]:
    return {"after": fields} if edit is Edit.ADD else {"before": fields}


def _entry_fields(entry: AttributeMapping, *, like: AttributeMapping) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "attributeLocators": list(entry.locators),
        "externalIdPart": bool(entry.external_id_part),
    }
    if like.iql is not None:
        fields["objectMappingIQL"] = entry.iql
    return fields
