"""A rule: something that an operation may require of what both APIs show."""

from collections.abc import Callable, Iterable

from reconciler.planning.object_schema.object_values import ValuesQuery
from reconciler.planning.object_schema.operation import Requirement, SchemaElement
from reconciler.planning.object_schema.seen import Seen
from reconciler.value import Value

# Returns why the requirement is not met, which completes "the plan is stale: "; None if it is.
Check = Callable[[Requirement, SchemaElement, Seen], str | None]


def no_queries(_: SchemaElement, __: Seen) -> Iterable[str]:
    """Return no query."""
    return ()


def no_values(_: SchemaElement, __: Seen) -> ValuesQuery | None:
    """Return that what objects hold need not be read."""
    return None


class SchemaRule(Value):
    """What a requirement demands, in words (`{}` is its value), and how it is checked.

    `queries` are those whose counts the check needs, `looks_beside` whether it needs what
    importsource shows to the other sources of the object schema, `asks_rights` whether it needs to
    know what the owner of the schema credential may see.
    `values` are those that objects hold and that the check needs, in `Seen.values`.
    """

    demand: str
    check: Check
    queries: Callable[[SchemaElement, Seen], Iterable[str]] = no_queries
    looks_beside: bool = False
    asks_rights: bool = False
    values: Callable[[SchemaElement, Seen], ValuesQuery | None] = no_values
