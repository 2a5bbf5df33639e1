"""Whether the import sources of an object schema are still valid after schema operations.

Assets says so of a source whose mapping fills what was deleted, for example: no operation takes a
mapping away (api.md#companion-deletions).
"""

from reconciler.applying.context import Context, SourceTask
from reconciler.applying.refresh import described
from reconciler.command_line import plan_again
from reconciler.errors import ReconcilerError


async def invalid_after(context: Context, task: SourceTask) -> ReconcilerError | None:
    """Return which of *task*'s source and those beside it are not valid, None if none is known."""
    found = [
        f"{source.name} ({description.fault})"
        for source in (task.ref, *task.beside)
        if (description := await described(context.backend, source)) and description.fault
    ]
    if not found:
        return None
    return ReconcilerError(
        f"Assets says that the configuration of {', '.join(found)} is not valid",
        hint="in Assets open the object schema, Schema configuration, Import, and correct the "
        f"import's mapping there: take out what is gone; then {plan_again()}",
    )
