"""The purpose of each element of an operation's body."""

from collections.abc import Iterable, Iterator, Sequence

from reconciler.model.address import Address, Key
from reconciler.model.display import quoted
from reconciler.model.document import Document
from reconciler.planning.change import OF_NO_TYPE, Change, Edit, Kind
from reconciler.planning.comparison import Comparison
from reconciler.planning.diff.align import attribute_key, keyed_types
from reconciler.planning.diff.difference import Difference
from reconciler.planning.plan import Companion
from reconciler.semantics.body import placed_types
from reconciler.value import Value


class BodyElement(Value):
    """One element of a body: its JSON pointer, what it is, and why it is there.

    `because` are the addresses of the changes that it makes; one that makes none has a `role`.
    """

    pointer: str
    kind: Kind
    name: str
    address: Address
    because: tuple[Address, ...] = ()
    role: str | None = None


def body_elements(
    comparison: Comparison, document: Document, changes: Iterable[Change]
) -> Iterator[BodyElement]:
    """Yield the types, attributes, mappings, icons and statuses of the body *document*."""
    body = _Body(comparison, document, changes)
    yield from body.types()
    for i, mapping in enumerate(document.mappings):
        key = mapping.object_type_external_id or mapping.object_type_name or ""
        yield body.element(
            f"/mapping/objectTypeMappings/{i}",
            (Kind.MAPPING, mapping.object_type_name or key),
            body.source.mapping(body.labels.get(key, key)),
            _WHOLE,
        )
    for i, icon in enumerate(document.icons):
        pointer = f"/schema/iconSchema/icons/{i}"
        yield body.element(pointer, (Kind.ICON, icon.key), body.source.icon(icon.key), _ICON)
    for i, status in enumerate(document.statuses):
        pointer, address = f"/schema/statusSchema/statuses/{i}", body.source.status(status.name)
        yield body.element(pointer, (Kind.STATUS, status.name), address, _STATUS)


def companions(
    comparison: Comparison,
    document: Document,
    changes: Sequence[Change],
    hidden: Iterable[Difference],
) -> Iterator[Companion]:
    """Yield the parts of the body *document* that are none of *changes*.

    *hidden* are the differences that nobody sees: fields among them travel with their element.
    """
    added = {c.address for c in changes if c.action is Edit.ADD and c.field is None}
    for element in body_elements(comparison, document, changes):
        role = element.role
        if role is None and element.kind is Kind.MAPPING and element.address not in added:
            role = _REST
        if role is not None:
            yield Companion(
                address=element.address, kind=element.kind, name=element.name, role=role
            )
    for difference in hidden:
        if difference.field is not None:
            name = f"{difference.names[-1]} {difference.field}"
            yield Companion(
                address=difference.address, kind=difference.kind, name=name, role=_FIELD
            )


def carried(document: Document, hidden: Iterable[Difference]) -> list[Difference]:
    """Return those of *hidden*, of what live does not show, that the body *document* holds."""
    there: set[tuple[Kind, str | None, str | None]] = {
        *((Kind.ICON, None, icon.key) for icon in document.icons),
        *((Kind.STATUS, None, status.name) for status in document.statuses),
    }
    for key, object_type, _ in keyed_types(document):
        if object_type.icon_key is not None:
            there.add((Kind.OBJECT_TYPE, key, None))
        valued = (a for a in object_type.attributes if a.type_values is not None)
        there |= {(Kind.ATTRIBUTE, key, attribute_key(a)) for a in valued}

    def part(of: Difference) -> tuple[Kind, str | None, str | None]:
        return of.kind, of.type_key, of.names[-1] if of.kind in OF_NO_TYPE else of.attribute_key

    return [d for d in hidden if part(d) in there]


class _Body:
    """A body with its changes grouped by the element that they are about."""

    def __init__(self, comparison: Comparison, body: Document, changes: Iterable[Change]) -> None:
        self.source = Address.of(comparison.name)
        self.body = body
        self.puts = comparison.creates
        self.want = comparison.desired
        self.labels: dict[str, Key] = {}
        self.changes: dict[Address, list[Address]] = {}
        for change in changes:
            if change.verdict.is_sent:
                self.changes.setdefault(change.part, []).append(change.address)

    def element(
        self, pointer: str, what: tuple[Kind, str], address: Address, role: str | None
    ) -> BodyElement:
        because = tuple(self.changes.get(address, ()))
        kind, name = what
        if because:
            role = None
        elif self.puts and role != _SYSTEM:
            role = _PUT
        return BodyElement(
            pointer=pointer, kind=kind, name=name, address=address, because=because, role=role
        )

    def types(self) -> Iterator[BodyElement]:
        roles = self.roles()
        keyed = keyed_types(self.body)
        for placed_type, (key, object_type, _) in zip(
            placed_types(self.body.object_types), keyed, strict=True
        ):
            known = self.want.types.get(key)
            self.labels[key] = known.label if known else key
            address = self.source.object_type(self.labels[key])
            what = Kind.OBJECT_TYPE, object_type.name
            yield self.element(placed_type.pointer, what, address, roles.get(key, _ALONE))
            for i, attribute in enumerate(object_type.attributes):
                pointer, inner = f"{placed_type.pointer}/attributes/{i}", attribute_key(attribute)
                if known and inner in known.attributes:
                    label = known.attribute_label(inner)
                else:
                    label = (self.want.by_ids and attribute.external_id) or attribute.name
                role = _SYSTEM if attribute.is_system else None
                what = Kind.ATTRIBUTE, attribute.name
                yield self.element(pointer, what, address.attribute(label), role)

    def roles(self) -> dict[str, str]:
        """Return the purpose of each type in the body besides its own changes."""
        keyed = keyed_types(self.body)
        names = {t.name: key for key, t, _ in keyed}
        roles = {
            m.object_type_external_id or "": "a stub: its mapping is sent"
            for m in self.body.mappings
        }
        for key, object_type, _ in keyed:
            for attribute in object_type.attributes:
                by_name = names.get(attribute.reference_name or "")
                target = attribute.reference_external_id or by_name
                if target is not None and target != key:
                    roles[target] = f"a stub: attribute {quoted(attribute.name)} refers to it"
        for key, object_type, _ in keyed:
            if object_type.children:
                roles[key] = f"a stub: {quoted(object_type.children[0].name)} is in it"
            if object_type.attributes:
                roles[key] = "it holds the attributes that are sent"
        return roles


_SYSTEM = "the system attribute: it is sent as the manifest has it"
_PUT = "a PUT carries the whole manifest: live has it already"
_WHOLE = "a mapping is overwritten as a whole"
_REST = "a mapping is overwritten as a whole: all that it maps is sent"
_ICON = "is sent with an iconKey that names it: live does not show whether it is there"
_STATUS = "is sent with typeValues that name it: live does not show whether it is there"
_FIELD = "is sent with its element: live does not show whether it is there"
_ALONE = "a stub: the payload schema wants an object type"
