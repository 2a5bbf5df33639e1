"""Whether an operation may be sent, and whether it took effect: both are read from the two APIs.

A 200 proves nothing here (api.md#companion-changes).
"""

from reconciler.planning.object_schema.definition import changed_since
from reconciler.planning.object_schema.join import folded
from reconciler.planning.object_schema.kinds import way_of
from reconciler.planning.object_schema.object_values import ValuesQuery
from reconciler.planning.object_schema.operation import SchemaElement, SchemaOperation
from reconciler.planning.object_schema.rule import no_values
from reconciler.planning.object_schema.rules import RULES, unmet_by, values_for
from reconciler.planning.object_schema.seen import Seen, place_in


def unmet(operation: SchemaOperation, seen: Seen) -> str | None:
    """Return why *operation* must not be sent to what is *seen*, None if it may.

    The answer completes "the plan is stale: ".
    """
    why = unmet_by(operation.requires, operation.object, seen)
    return why or changed_since(operation, seen) or _is_another(operation.object, seen)


def _is_another(element: SchemaElement, seen: Seen) -> str | None:
    """Return that importsource calls another one by the external id of *element*, None if not.

    A saved plan says which element of Assets it is about; who reads it knows the external id.
    """
    there, shown = seen.path(element), place_in(seen.live, element.external_id)
    if there is None or shown is None or folded(there) == folded(shown):
        return None
    return f"{element.external_id!r} is {' / '.join(shown)} by now, not {element.text}"


def values_required(operation: SchemaOperation, seen: Seen) -> frozenset[ValuesQuery]:
    """Return what has to be read of objects, besides what is *seen*, before `unmet` can tell."""
    if seen.find(operation.object) is None:
        return frozenset()
    return values_for(operation.requires, operation.object, seen)


def is_as_before(operation: SchemaOperation, seen: Seen) -> bool:
    """Return whether its element is as *operation* requires, whatever its objects hold by now."""
    of_element = [each for each in operation.requires if RULES[each.rule].values is no_values]
    why = unmet_by(of_element, operation.object, seen) or changed_since(operation, seen)
    return why is None


def not_settled(operation: SchemaOperation, seen: Seen) -> str | None:
    """Return what shows that *operation* had no effect, or another one; None if it is done.

    *seen* is what both APIs show afterwards. An external id that did not survive is told as such.
    """
    return way_of(operation).proof(operation, seen)
