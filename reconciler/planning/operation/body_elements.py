"""The purpose of each element of an operation's body."""

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.model.address import Address, Key
from reconciler.model.display import quoted
from reconciler.model.document import Document
from reconciler.model.wire import read_document
from reconciler.planning.comparison import comparison_of, live_at_planning
from reconciler.planning.diff.align import keyed_types
from reconciler.planning.plan import SourcePlan
from reconciler.semantics.body import placed_types


@dataclass(frozen=True, kw_only=True, slots=True)
class BodyElement:
    """One element of a body: its JSON pointer, what it is, and why it is there.

    `because` are the addresses of the changes that it makes; a stub makes none, and `role` is
    its purpose.
    """

    pointer: str
    what: str
    because: tuple[Address, ...] = ()
    role: str | None = None


def body_elements(planned: SourcePlan) -> Iterator[BodyElement]:
    """Yield the types, attributes, mappings, icons and statuses of the body of *planned*."""
    if planned.operation is None:
        return
    body = read_document(planned.operation.body)
    story = _Body(planned, body)
    yield from story.types()
    for i, mapping in enumerate(body.mappings):
        key = mapping.object_type_external_id or mapping.object_type_name or ""
        yield story.element(
            f"/mapping/objectTypeMappings/{i}",
            f"the mapping of {quoted(mapping.object_type_name or key)}",
            story.source.mapping(story.labels.get(key, key)),
            None,
        )
    for i, icon in enumerate(body.icons):
        yield story.element(
            f"/schema/iconSchema/icons/{i}",
            f"icon {quoted(icon.key)}",
            story.source.icon(icon.key),
            "comes along with an iconKey that names it: live does not show whether it is there",
        )
    for i, status in enumerate(body.statuses):
        yield story.element(
            f"/schema/statusSchema/statuses/{i}",
            f"status {quoted(status.name)}",
            story.source.status(status.name),
            "comes along with typeValues that name it: live does not show whether it is there",
        )


class _Body:
    """A body with its changes grouped by the element that they are about."""

    def __init__(self, planned: SourcePlan, body: Document) -> None:
        self.source = Address.of(planned.source)
        self.body = body
        self.want = comparison_of(planned, live_at_planning(planned)).desired
        self.labels: dict[str, Key] = {}
        self.changes: dict[Address, list[Address]] = {}
        for change in planned.changes:
            if change.verdict.is_sent:
                self.changes.setdefault(change.part, []).append(change.address)

    def element(self, pointer: str, what: str, address: Address, role: str | None) -> BodyElement:
        because = tuple(self.changes.get(address, ()))
        return BodyElement(
            pointer=pointer, what=what, because=because, role=None if because else role
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
            what = f"object type {quoted(object_type.name)}"
            yield self.element(placed_type.pointer, what, address, roles.get(key, _ALONE))
            for attribute, pointer in placed_type.attributes():
                label = (self.want.by_ids and attribute.external_id) or attribute.name
                yield self.element(
                    pointer,
                    f"attribute {quoted(attribute.name)}",
                    address.attribute(label),
                    None,
                )

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


_ALONE = "a stub: the payload schema wants an object type"
