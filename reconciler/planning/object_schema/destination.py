"""Where an object type is wanted that has another parent in live."""

from reconciler.model.object_schema import SchemaType
from reconciler.planning.object_schema.join import JoinStop
from reconciler.planning.object_schema.move_rules import passed_on
from reconciler.planning.object_schema.seen import Seen
from reconciler.value import Value


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


def destination(
    seen: Seen,
    there: SchemaType,
    left: str | None,
    into: SchemaType | JoinStop | None,
    selector: str | None,
) -> Destination:
    """Return the way of the type *there* from under *left* to under *into*, if that is known."""
    obstacle, parent_id = None, None
    if isinstance(into, JoinStop):
        obstacle = f"its new parent is not known in Assets: {into}"
    elif into is not None:
        parent_id = into.id
        obstacle = passed_on(seen, parent_id)
    return Destination(
        left=left,
        left_id=there.parent_id,
        parent_id=parent_id,
        obstacle=obstacle,
        attributes=tuple(sorted(each.id for each in seen.own(there.id))),
        objects=there.objects,
        selector=selector,
    )
