"""Whether an operation may be sent, and whether it took effect: both are read from the two APIs.

A 200 proves nothing here (api.md#companion-changes).
"""

from reconciler.planning.object_schema.definition import changed_since
from reconciler.planning.object_schema.kinds import way_of
from reconciler.planning.object_schema.operation import SchemaOperation
from reconciler.planning.object_schema.rules import unmet_by
from reconciler.planning.object_schema.seen import Seen


def unmet(operation: SchemaOperation, seen: Seen) -> str | None:
    """Return why *operation* must not be sent to what is *seen*, None if it may.

    The answer completes "the plan is stale: ".
    """
    why = unmet_by(operation.requires, operation.object, seen)
    return why or changed_since(operation, seen, but=way_of(operation).sets)


def not_settled(operation: SchemaOperation, seen: Seen) -> str | None:
    """Return what shows that *operation* had no effect, or another one; None if it is done.

    *seen* is what both APIs show afterwards. An external id that did not survive is told as such.
    """
    return way_of(operation).proof(operation, seen)
