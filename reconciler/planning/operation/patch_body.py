"""The smallest PATCH body that sends the given differences and satisfies the payload schema.

Only changed elements, ancestors and reference targets as bare stubs, and whole mappings
(design.md#the-patch-body, api.md#what-patch-can-do).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.model.document import (
    Attribute,
    AttributeMapping,
    Document,
    Icon,
    ObjectType,
    Status,
    TypeMapping,
)
from reconciler.model.fields import (
    ATTRIBUTE,
    ATTRIBUTE_MAPPING,
    ICON,
    OBJECT_TYPE,
    STATUS,
    TYPE_MAPPING,
)
from reconciler.model.normalise import attribute_with_defaults, type_with_defaults
from reconciler.model.wire import read_document, write_document
from reconciler.planning.change import Kind
from reconciler.planning.comparison import has_ids
from reconciler.planning.diff.align import SYSTEM_KEY, TypeNode
from reconciler.planning.diff.difference import Difference, Sides
from reconciler.planning.operation.omissions import LeftOut
from reconciler.value import replace


def patch_body(
    sides: Sides, sent: Iterable[Difference], left_out: Iterable[Difference]
) -> Document:
    """Return the body that makes *sent* and keeps live's values where *left_out* differs.

    *left_out* are the differences that are impossible, skipped or left out.
    """
    body = _Body(sides, LeftOut.of(left_out))
    for difference in sent:
        body.send(difference)
    document = body.document()
    if sides.desired.by_ids and has_ids(document):
        return document
    # Keys that need ids are unknown ones without: written, and parsed as the API will parse it.
    return read_document(write_document(document))


class _Content:
    """The body's content for one type, besides its name."""

    def __init__(self) -> None:
        self.fields: set[str] = set()
        self.attributes: dict[str, set[str]] = {}


class _Body:
    """The body while it is collected: the keys of what it has of each kind."""

    def __init__(self, sides: Sides, left_out: LeftOut) -> None:
        self.desired, self.live, self.shown = sides.desired, sides.live, sides.shown
        self.left_out = left_out
        self.types: dict[str, _Content] = {}
        self.mappings: set[str] = set()
        self.icons: set[str] = set()
        self.statuses: set[str] = set()

    def send(self, difference: Difference) -> None:
        type_key = difference.type_key or ""
        match difference.kind:
            case Kind.OBJECT_TYPE:
                content = self.include(type_key)
                if difference.field is not None:
                    content.fields.add(difference.field)
                if difference.field in {None, "iconKey"}:
                    self.icons |= self.icon_of(type_key)
            case Kind.ATTRIBUTE:
                self.send_attribute(type_key, difference)
            case Kind.MAPPING | Kind.ATTRIBUTE_MAPPING:
                self.include(type_key)
                self.mappings.add(type_key)
            case Kind.ICON:
                self.icons.add(difference.names[-1])
            case Kind.STATUS:
                self.statuses.add(difference.names[-1])

    def send_attribute(self, type_key: str, difference: Difference) -> None:
        key = difference.attribute_key or ""
        fields = self.include(type_key).attributes.setdefault(key, set())
        if difference.field is not None:
            fields.add(difference.field)
        attribute = self.desired.types[type_key].attributes[key]
        self.statuses |= self.statuses_of(attribute)
        target = self.desired.reference(attribute)
        # A target that is only live cannot be sent: the API will answer UNKNOWN_REFERENCE.
        if target is not None and target in self.desired.types:
            self.include(target)

    def icon_of(self, type_key: str) -> set[str]:
        """Return the icon that a sent `iconKey` carries, unless live shows an equal one."""
        key = self.desired.types[type_key].element.icon_key or ""
        icon = self.desired.icons.get(key)
        is_there = self.shown >= {"icons", "png48"} and self.live.icons.get(key) == icon
        return set() if icon is None or is_there else {key}

    def statuses_of(self, attribute: Attribute) -> set[str]:
        """Return the statuses that sent `typeValues` carry, except those that live shows equal."""
        named = set(attribute.type_values or ()) & self.desired.statuses.keys()
        if "statuses" not in self.shown:
            return named
        return {n for n in named if self.live.statuses.get(n) != self.desired.statuses[n]}

    def include(self, type_key: str) -> _Content:
        """Return the content for the type, initially a bare stub under its ancestors."""
        if type_key not in self.types:
            self.types[type_key] = _Content()
            if (parent := self.parent(type_key)) is not None:
                self.include(parent)
        return self.types[type_key]

    def node(self, type_key: str) -> TypeNode | None:
        return self.live.types.get(type_key) or self.desired.types.get(type_key)

    def parent(self, type_key: str) -> str | None:
        node = self.node(type_key)
        return node.parent if node else None

    def document(self) -> Document:
        if not any(map(self.is_written, self.types)):
            # The payload schema requires a type even if only icons or statuses are sent.
            self.include(min(k for k, n in self.live.types.items() if n.parent is None))
        children: dict[str | None, list[str]] = {}
        for key in self.types:
            if self.is_written(key):
                children.setdefault(self.parent(key), []).append(key)
        live = self.live.document
        return Document(
            name=live.name,
            description=live.description,
            object_types=self.object_types(children, None),
            icons=ICON.ordered(map(self.icon, self.icons)),
            statuses=STATUS.ordered(map(self.status, self.statuses)),
            mappings=TYPE_MAPPING.ordered(map(self.mapping, self.mappings)),
        )

    def icon(self, key: str) -> Icon:
        kept = self.left_out.values((Kind.ICON, key, None), ICON, self.live.icons.get(key))
        return replace(self.desired.icons[key], **kept)

    def status(self, name: str) -> Status:
        kept = self.left_out.values((Kind.STATUS, name, None), STATUS, self.live.statuses.get(name))
        return replace(self.desired.statuses[name], **kept)

    def is_written(self, type_key: str) -> bool:
        """Return whether the body names the type: it is defined on some side and not held out."""
        is_held_out = (Kind.OBJECT_TYPE, type_key, None) in self.left_out.out
        return self.node(type_key) is not None and not is_held_out

    def object_types(
        self, children: Mapping[str | None, list[str]], parent: str | None
    ) -> tuple[ObjectType, ...]:
        return OBJECT_TYPE.ordered(
            replace(self.object_type(key), children=self.object_types(children, key))
            for key in children.get(parent, ())
        )

    def object_type(self, key: str) -> ObjectType:
        content, live = self.types[key], self.live.types.get(key)
        attributes = ATTRIBUTE.ordered(
            self.attribute(key, a, changed)
            for a, changed in content.attributes.items()
            if (Kind.ATTRIBUTE, key, a) not in self.left_out.out
        )
        if live is None:
            element = self.desired.types[key].element
            system = (a for a in element.attributes if a.is_system)
            attributes = ATTRIBUTE.ordered((*system, *attributes))
            return replace(element, attributes=attributes, children=())
        desired = self.desired.types[key].element if key in self.desired.types else live.element
        stub = ObjectType(
            external_id=live.element.external_id,
            name=live.element.name,
            description=live.element.description,
            attributes=attributes,
        )
        return replace(stub, **OBJECT_TYPE.values(type_with_defaults(desired), content.fields))

    def attribute(self, type_key: str, key: str, changed: set[str]) -> Attribute:
        """Return the manifest's attribute, changed fields explicit, held ones live's."""
        desired = self.desired.types[type_key].attributes[key]
        node = self.live.types.get(type_key)
        live = node.attributes.get(key) if node else None
        if not self.desired.by_ids:
            # Without ids the API ignored these; under live's ids it would start to honour them.
            extra = {k: v for k, v in desired.extra.items() if k not in ATTRIBUTE.attributes}
            desired = replace(desired, extra=extra)
        if live is None:
            return self.with_live_reference(desired)
        text = ATTRIBUTE.values(attribute_with_defaults(desired), changed)
        element = Kind.ATTRIBUTE, type_key, key
        kept = self.left_out.values(element, ATTRIBUTE, live)
        if self.left_out.fields.get(element, frozenset()) & {
            "referenceObjectTypeExternalId",
            "referenceObjectTypeName",
            "type",
        }:
            kept |= {
                "reference_name": live.reference_name,
                "reference_external_id": live.reference_external_id,
            }
        return self.with_live_reference(replace(desired, **(text | kept)))

    def with_live_reference(self, attribute: Attribute) -> Attribute:
        """Add the target's id if the manifest has none and live does."""
        if self.desired.by_ids or attribute.reference_name is None:
            return attribute
        target = self.desired.types.get(self.desired.reference(attribute) or "")
        external_id = target.element.external_id if target else None
        return replace(attribute, reference_external_id=external_id)

    def mapping(self, key: str) -> TypeMapping:
        node, live = self.desired.mappings[key], self.live.mappings.get(key)
        touched = {e for e, *_ in live.touched(node)} if live else node.entries.keys()
        out = self.left_out.inside.get(key, ())
        entries = (
            self.entry(key, entry_key, entry) if entry_key in touched else entry
            for entry_key, entry in node.entries.items()
            if entry_key not in out
        )
        stays = tuple(live.entries[e] for e in self.left_out.entries.get(key, ())) if live else ()
        kept = self.left_out.values(
            (Kind.MAPPING, key, None), TYPE_MAPPING, live.element if live else None
        )
        target = self.node(key)
        return replace(
            node.element,
            object_type_external_id=target.element.external_id
            if target
            # A type that nobody defines remains named: the mapping is refused because of it.
            else node.element.object_type_external_id,
            attributes=ATTRIBUTE_MAPPING.ordered((*entries, *stays)),
            extra=_carried(live.element.extra if live else None, node.element.extra),
            **kept,
        )

    def entry(self, key: str, entry_key: str, entry: AttributeMapping) -> AttributeMapping:
        """Return the manifest's entry with the unmanaged fields that only live has."""
        live_node = self.live.mappings.get(key)
        live = live_node.entries.get(entry_key) if live_node else None
        external_id = entry.attribute_external_id
        if external_id is None and entry_key != SYSTEM_KEY:
            external_id = next(
                (
                    a.external_id
                    for side in (self.live, self.desired)
                    if (node := side.types.get(key)) and (a := node.attributes.get(entry_key))
                ),
                None,
            )
        kept = self.left_out.values(
            (Kind.ATTRIBUTE_MAPPING, key, entry_key), ATTRIBUTE_MAPPING, live
        )
        if live is not None:
            unmanaged = [
                f.key for f in ATTRIBUTE_MAPPING.optional if getattr(entry, f.attribute) is None
            ]
            kept |= ATTRIBUTE_MAPPING.values(live, unmanaged)
        return replace(
            entry,
            attribute_external_id=external_id,
            extra=_carried(live.extra if live else None, entry.extra),
            **kept,
        )


def _carried(live: Mapping[str, Any] | None, desired: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**live, **desired} if live else desired
