"""A whole probe: what must hold before, the questions in their order, and the cleaning up."""

from collections.abc import Awaitable, Callable

from reconciler.backend.import_sources import Backend
from reconciler.backend.object_schemas import SchemaBackend
from reconciler.errors import BackendError, Forbidden, NotFound, ReconcilerError
from reconciler.model.object_schema import ObjectSchema
from reconciler.model.source import ConfigStatus, SourceRef
from reconciler.probe.bodies import foreign_part
from reconciler.probe.changes import PATCHED, REFUSALS, ask_changes, ask_refusals
from reconciler.probe.configuration import (
    FIRST,
    SHOWN,
    UNCONFIGURED,
    ask_read_after_write,
    ask_unconfigured,
    configure,
)
from reconciler.probe.data import DATA, ask_data
from reconciler.probe.object_schema import COMPANION, ask_companion, clean_up
from reconciler.probe.session import Session
from reconciler.semantics.questions import Question

# In the order of asking: what needs no configuration, the first one, changes of it, data, and
# last what deletes.
_AFTER: tuple[tuple[tuple[Question, ...], Callable[[Session], Awaitable[None]]], ...] = (
    ((Question.READ_AFTER_WRITE,), ask_read_after_write),
    (REFUSALS, ask_refusals),
    (PATCHED, ask_changes),
    (DATA, ask_data),
    (COMPANION, ask_companion),
)
_FREE = frozenset({ConfigStatus.MISSING_MAPPING, ConfigStatus.IDLE})


async def object_schema_of(
    backend: Backend, object_schemas: SchemaBackend | None, ref: SourceRef
) -> ObjectSchema | None:
    """Return the object schema of the source, None where schemaAuth does not see it.

    Raises ReconcilerError for a source that takes no schema and mapping, BackendError.
    """
    description = await backend.describe(ref)
    if not description.is_external:
        raise ReconcilerError(
            f'{ref.name} is of kind "{description.module}": only an external import can be probed'
        )
    if object_schemas is None or description.schema_number is None:
        return None
    try:
        return await object_schemas.object_schema(ref.workspace_id or "", description.schema_number)
    except (Forbidden, NotFound):
        return None


async def check_empty(session: Session) -> None:
    """Raise ReconcilerError unless all that the source and its object schema hold is a probe's."""
    status = await session.backend.config_status(session.ref)
    if status not in _FREE:
        raise ReconcilerError(
            f"{session.ref.name} is {status}: nothing was sent",
            hint="a probe needs an import source that is enabled and at rest",
        )
    live, content = await session.live(), await session.content()
    if what := foreign_part(live.document, (t.name for t in content.types) if content else ()):
        raise ReconcilerError(
            f"{session.ref.name} is not empty: its object schema has {what}; nothing was sent",
            hint="make an import source for it, in an object schema of its own, in Assets",
        )
    session.is_configured = status is ConfigStatus.IDLE


async def probe(session: Session) -> str | None:
    """Ask every question that can be asked, clean up, and return why it ended early, if it did."""
    ended = None
    try:
        await _ask(session)
    except BackendError as error:
        ended = str(error)
    why = "no time was left" if session.left < 0 else "what it takes did not come about"
    for question in Question:
        session.untold(question, question.unasked or ended or why)
    await clean_up(session)
    return ended


async def _ask(session: Session) -> None:
    await session.in_time(UNCONFIGURED, ask_unconfigured)
    deletes = session.object_schemas is not None and session.schema is not None
    if not await configure(session, deletes=deletes):
        return
    for question in FIRST:
        if question is not Question.READ_AFTER_WRITE:
            session.untold(question, _WHY_NOT.get(question, "the answers do not show it"))
    for question in SHOWN:
        session.untold(question, "nothing was shown")
    for questions, ask in _AFTER:
        await session.in_time(questions, ask)


_WHY_NOT = {
    Question.PUT_BESIDE_TYPES: "it takes a source without a mapping, in an object schema that has "
    "types: make another one where a probe left some",
}
