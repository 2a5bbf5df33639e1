"""What both APIs show before and after a schema operation."""

import asyncio
from functools import partial
from typing import Any

from reconciler.applying import settle
from reconciler.applying.context import Context, SchemaAccess, SourceTask
from reconciler.applying.losses import counted
from reconciler.applying.precheck import LiveChanged, status_at_rest
from reconciler.applying.refresh import disabled, shown_document
from reconciler.applying.unsettled import refuse_beside
from reconciler.codes.failure import StaleCode
from reconciler.command_line import plan_again
from reconciler.errors import BackendError, ReconcilerError, StalePlan, Unauthorized
from reconciler.model.document import Document
from reconciler.model.json_form import to_json
from reconciler.model.normalise import LiveDocument
from reconciler.model.object_schema import ObjectSchema, SchemaContent
from reconciler.model.source import ConfigStatus, Description, SourceRef
from reconciler.model.wire import read_document, write_document
from reconciler.outcome.events import ReadingBack
from reconciler.planning.object_schema.checks import (
    is_as_before,
    not_settled,
    unmet,
    values_required,
)
from reconciler.planning.object_schema.join import join
from reconciler.planning.object_schema.object_values import ObjectValues
from reconciler.planning.object_schema.operation import ElementKind, SchemaKind, SchemaOperation
from reconciler.planning.object_schema.reading import SchemaReading, live_with
from reconciler.planning.object_schema.rules import ask_rights, look_beside, queries_for
from reconciler.planning.object_schema.seen import Seen
from reconciler.planning.object_schema.staleness import staleness_before
from reconciler.planning.operation.staleness import Relevance
from reconciler.value import Value, replace


async def check(
    context: Context, access: SchemaAccess, task: SourceTask, number: int
) -> dict[str, Any]:
    """Return what the *number*th operation of *task* is about, if it may be sent.

    A running import of any source of the object schema is waited for. Raises StalePlan where
    either API shows something else than it was planned for, Unsettled where another operation
    may still take effect, PlanError if the source is disabled, TimedOut if an import did not end
    before the deadline, and whatever the backends raise.
    """
    if access.denied:
        raise access.denied[0]
    status = await status_at_rest(context, task.ref)
    if status is ConfigStatus.DISABLED:
        raise disabled()
    for source in task.beside:
        await status_at_rest(context, source)
    operations = task.planned.schema_operations[number:]
    content = await _content(access, task, operations[0])
    live = await shown_document(context.backend, task.ref, status)
    seen = Seen(content=content, live=live.document if live else Document())
    seen = await _with_all_required(context, access, task, operations[0], seen)
    seen = await _with_values(access, task, operations[0], seen)
    if (why := unmet(operations[0], seen)) is not None:
        is_done = not_settled(operations[0], seen) is None
        raise StalePlan(
            f"the plan is stale: {why}",
            code=StaleCode.ALREADY_APPLIED if is_done else StaleCode.LIVE_CHANGED,
            hint=plan_again(),
        )
    found = staleness_before(task.planned, live, operations)
    if found.relevance is not Relevance.IRRELEVANT:
        raise LiveChanged(found)
    await refuse_beside(context, task)
    if task.refused is not None:
        raise task.refused
    return _record(operations[0], seen)


def _record(operation: SchemaOperation, seen: Seen) -> dict[str, Any]:
    """Return what *operation* is about, for the journal; of what it deletes all that is known."""
    of = operation.object
    record: dict[str, Any] = to_json(seen.find(of))
    if operation.kind is not SchemaKind.DELETE:
        return record
    if of.kind is ElementKind.OBJECT_TYPE:
        record["attributes"] = to_json(list(seen.own(of.id)))
    return record | {"counts": dict(seen.counts)}


class SchemaFinding(Value):
    """What reading back through both APIs found after an operation.

    `why` is what shows that it is not done, None if it is, and `error` why it cannot be read.
    `is_as_before` says that the element is what it was before; `lag_is_over` that both were read
    for so long that no lag explains what they show. `content` and `live` are what they show.
    """

    why: str | None
    error: ReconcilerError | None = None
    is_as_before: bool = False
    lag_is_over: bool = False
    content: SchemaContent | None = None
    live: LiveDocument | None = None

    @property
    def is_settled(self) -> bool:
        """Whether the operation is done."""
        return self.why is None

    def live_for(self, task: SourceTask) -> dict[str, Any] | None:
        """Return live as both APIs show it, for the journal, None if that is not known."""
        if self.content is None or self.live is None:
            return None
        document = self.live.document
        # It is that of the plan, whatever its name.
        schema = replace(self.content.schema, name=document.name)
        content = replace(self.content, schema=schema)
        found = join(document, Description(), content)
        reading = SchemaReading(workspace_id="", content=content, join=found)
        desired = read_document(task.planned.evidence.desired)
        return write_document(live_with(reading, self.live, desired).document)


async def look(
    context: Context, access: SchemaAccess, task: SourceTask, operation: SchemaOperation
) -> SchemaFinding:
    """Return what both APIs show of *operation* now; an error of a backend is a finding."""
    try:
        content = await _content(access, task, operation)
        live = await settle.live_now(context, task)
        seen = Seen(content=content, live=live.document if live else Document())
        if (why := not_settled(operation, seen)) is not None:
            seen = await _with_all_required(context, access, task, operation, seen)
    except BackendError as error:
        return SchemaFinding(why=f"it cannot be read back: {error}", error=error)
    is_before = why is not None and is_as_before(operation, seen)
    return SchemaFinding(why=why, is_as_before=is_before, content=content, live=live)


async def look_back(
    context: Context, access: SchemaAccess, task: SourceTask, operation: SchemaOperation
) -> SchemaFinding:
    """Return what both APIs show once *operation* was sent.

    They are read until they show that it is done, or until their lag is over; once, whatever
    time is left.
    """
    context.emit(ReadingBack(source=task.name))
    until = context.elapsed + settle.READ_LAG_SECONDS
    asked, found = await settle.looked_at(
        context,
        partial(look, context, access, task, operation),
        until=until,
        ends=lambda each: each.is_settled,
    )
    return replace(found, lag_is_over=asked >= until)


async def _with_all_required(
    context: Context,
    access: SchemaAccess,
    task: SourceTask,
    operation: SchemaOperation,
    seen: Seen,
) -> Seen:
    """Return *seen* with what else the requirements of *operation* are about."""
    backend, workspace, schema = access.backend, task.ref.workspace_id or "", seen.content.schema
    if look_beside(operation.requires):
        beside = await asyncio.gather(*(_shown(context, each) for each in task.beside))
        seen = replace(seen, beside=tuple(beside))
    if ask_rights(operation.requires):
        known = {each.id: each for each in await backend.object_schemas(workspace)}
        content = replace(seen.content, schema=known.get(schema.id, schema))
        seen = replace(seen, content=content)
    queries = queries_for(operation.requires, operation.object, seen)
    numbers = await asyncio.gather(*(counted(backend, workspace, each) for each in queries))
    return replace(seen, counts=dict(zip(queries, numbers, strict=True)))


async def _shown(context: Context, source: SourceRef) -> Document:
    status = await context.backend.config_status(source)
    live = await shown_document(context.backend, source, status)
    return live.document if live else Document()


async def _content(
    access: SchemaAccess, task: SourceTask, operation: SchemaOperation
) -> SchemaContent:
    workspace, of = task.ref.workspace_id or "", operation.object
    try:
        # Elements are found by the ids of the plan: only where it is one is it looked at itself.
        schema = (
            await access.backend.object_schema(workspace, of.id)
            if of.kind is ElementKind.OBJECT_SCHEMA
            else ObjectSchema(id=of.schema_id, name="")
        )
        return await access.backend.content(workspace, schema)
    except Unauthorized as error:
        access.denied.append(error)
        raise


async def _with_values(
    access: SchemaAccess, task: SourceTask, operation: SchemaOperation, seen: Seen
) -> Seen:
    """Return *seen* with what objects hold that *operation* requires something of."""
    workspace, values = task.ref.workspace_id or "", dict[str, ObjectValues]()
    for query in values_required(operation, seen):
        values |= await access.backend.object_values(workspace, query)
    return replace(seen, values=values)
