"""A rule: something that an operation may require of what both APIs show."""

from collections.abc import Callable

from reconciler.planning.object_schema.operation import Requirement, SchemaElement
from reconciler.planning.object_schema.seen import Seen
from reconciler.value import Value

# Returns why the requirement is not met, which completes "the plan is stale: "; None if it is.
Check = Callable[[Requirement, SchemaElement, Seen], str | None]


class SchemaRule(Value):
    """What a requirement demands, in words (`{}` is its value), and how it is checked."""

    demand: str
    check: Check
