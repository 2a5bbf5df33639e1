"""What a schema operation could be about: an element as Assets has it.

All that operations depend on in Assets is in these values, which are kept as evidence: a saved
plan makes its operations again from them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.model.display import quoted
from reconciler.model.document import Attribute
from reconciler.planning.object_schema.operation import (
    ElementKind,
    Losses,
    SchemaElement,
    SchemaKind,
    SchemaOperation,
)
from reconciler.semantics.attribute_definition import KEYS
from reconciler.value import Value, field, replace

_FREEING = frozenset({SchemaKind.RENAME, SchemaKind.MOVE, SchemaKind.DELETE})


class Destination(Value):
    """Where an object type is wanted in Assets, and what of it is to come along.

    `left` is the external id of the parent that it has in live, `left_id` what has that in
    Assets, `parent_id` the new parent there: None for the root, and where that is not known.
    `obstacle` says why it cannot go there, whatever else is done. `attributes` are the ids of its
    own, `objects` how many it has, `selector` what its mapping reads, before and after.
    """

    left: str | None
    left_id: str | None
    parent_id: str | None
    obstacle: str | None
    attributes: tuple[str, ...]
    objects: int
    selector: str | None


class Deletion(Value):
    """What the deletion of an element that only live has depends on.

    `ownership` says why it is the source's. `stands_on` is what has to be gone before. `loses` is
    what is lost with it, None if nobody counted that; `hindrance` why it could not be counted, or
    is not to be deleted.
    """

    ownership: str
    stands_on: tuple[SchemaElement, ...] = ()
    loses: Losses | None = None
    hindrance: str | None = None


class LabelHolder(Value):
    """The attribute that is the label of an object type."""

    id: str
    name: str


class StatusRename(Value):
    """What the manifest calls a status, and what Assets has beside its name, which stays."""

    new_name: str
    description: str
    category: str | None


class SchemaTarget(Value):
    """An element as Assets has it, which importsource calls `live_name`.

    `obstacles` say, by kind of operation, why none may be done whatever is wanted. `holders` are
    the ids of the others that have the name which the manifest gives it, where it is or where
    `destination` takes it, `definition` is what a PUT of an attribute sends beside its name, of
    the object schema what it has beside its name. `deletion` is that of what only live has.

    `label` is which attribute is the label, of one that is to be it; `statuses` are the ids, by
    name, of those that it is to allow. `rename` is that of a status.
    """

    element: SchemaElement
    live_name: str
    is_confirmed: bool
    obstacles: Mapping[SchemaKind, str] = field(default_factory=dict)
    holders: tuple[str, ...] = ()
    definition: Mapping[str, Any] = field(default_factory=dict)
    destination: Destination | None = None
    deletion: Deletion | None = None
    label: LabelHolder | None = None
    statuses: Mapping[str, str] = field(default_factory=dict)
    rename: StatusRename | None = None

    @property
    def key(self) -> tuple[ElementKind, str]:
        """What differences know it by: its external id, else its new name, else its name."""
        name = self.live_name if self.rename is None else self.rename.new_name
        return self.element.kind, self.element.external_id or name


def as_left_by(target: SchemaTarget, operations: tuple[SchemaOperation, ...]) -> SchemaTarget:
    """Return *target* as *operations* leave it: what comes after them finds it so.

    What they rename, move or delete gives up its name.
    """
    for each in operations:
        of, body = each.object, each.body
        if each.kind in _FREEING and of.kind is target.element.kind and of.id in target.holders:
            target = replace(target, holders=tuple(i for i in target.holders if i != of.id))
        if body is None or (of.kind, of.id) != (target.element.kind, target.element.id):
            if each.kind is SchemaKind.LABEL and of.type_id == target.element.type_id:
                target = _without_label(target, of)
            if each.kind is SchemaKind.RENAME and of.kind is ElementKind.STATUS and body:
                target = replace(target, statuses={**target.statuses, str(body["name"]): of.id})
            continue
        if (name := body.get("name")) is not None:
            element = replace(target.element, name=str(name))
            target = replace(target, element=element, live_name=str(name))
        if of.kind is ElementKind.ATTRIBUTE:
            changed = {KEYS[name] for name in each.fields} - {"name"}
            made = {key: body[key] for key in changed}
            target = replace(target, definition={**target.definition, **made})
    return target


def as_patched(target: SchemaTarget, then: Attribute, now: Attribute) -> SchemaTarget:
    """Return the attribute *target* as a PATCH leaves it, which makes *then* what it is *now*.

    A PATCH changes descriptions; a label it may.
    """
    definition = dict(target.definition)
    if now.description != then.description:
        definition["description"] = now.description or ""
    if bool(now.label) is not bool(then.label):
        definition = {**definition, "label": True} if now.label else _unlabelled(definition)
    return replace(target, definition=definition)


def _unlabelled(definition: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in definition.items() if key != "label"}


def _without_label(target: SchemaTarget, holder: SchemaElement) -> SchemaTarget:
    """Return *target* once *holder* is the label of its type: whoever sends it takes it back."""
    why = f"by then {holder.text} is the label"
    obstacles = {**target.obstacles, SchemaKind.LABEL: why}
    return replace(target, definition=_unlabelled(target.definition), obstacles=obstacles)


def with_rival(target: SchemaTarget, rival: str | None) -> SchemaTarget:
    """Return *target*, if it is the object schema with what a *rival* source has for it."""
    if target.element.kind is not ElementKind.OBJECT_SCHEMA or rival is None:
        return target
    return replace(target, obstacles={**target.obstacles, SchemaKind.OBJECT_SCHEMA: rival})


def unless_defined_beside(
    target: SchemaTarget, source: str, definers: Mapping[str, Sequence[str]]
) -> SchemaTarget:
    """Return *target*; a status that another of its *definers* than *source* has is not renamed."""
    if target.rename is None:
        return target
    others = (name for name in definers.get(target.live_name, ()) if name != source)
    if (other := next(others, None)) is None:
        return target
    why = f"the source {quoted(other)} defines it still"
    return replace(target, obstacles={**target.obstacles, SchemaKind.RENAME: why})
