"""Read live of every source before a plan is made."""

import asyncio
import logging
from collections.abc import Sequence
from http import HTTPStatus

from reconciler.backend.import_sources import Backend
from reconciler.codes.project import ProjectCode
from reconciler.errors import (
    BackendError,
    Conflict,
    ManifestError,
    NotFound,
    PlanError,
    ReconcilerError,
    Rejected,
    UnreadableAnswer,
)
from reconciler.model.display import quoted
from reconciler.model.normalise import LiveDocument, normalise
from reconciler.model.source import (
    EXTERNAL,
    ConfigStatus,
    Description,
    Live,
    SourceRef,
    id_key,
)
from reconciler.value import Value

_log = logging.getLogger(__name__)


class Refreshed(Value):
    """The result of reading one source; `source` has the ids that discovery found, if any."""

    source: SourceRef
    live: Live | ReconcilerError


async def refresh(
    backend: Backend, sources: Sequence[SourceRef], *, parallelism: int
) -> dict[str, Refreshed]:
    """Return live of each of *sources*, by name, reading at most *parallelism* at once.

    A source that cannot be read does not stop the others: its error is its result.
    """
    free = asyncio.Semaphore(parallelism)

    async def read(source: SourceRef) -> Refreshed:
        async with free:
            try:
                source = await identify(backend, source)
                return Refreshed(source=source, live=await read_live(backend, source))
            except ReconcilerError as error:
                return Refreshed(source=source, live=error)

    async with asyncio.TaskGroup() as group:
        tasks = {source.name: group.create_task(read(source)) for source in sources}
    return {name: task.result() for name, task in tasks.items()}


async def identify(backend: Backend, source: SourceRef) -> SourceRef:
    """Return *source* with its ids, from its container token where nothing binds it.

    Raises what `identify_by_token` does.
    """
    if source.import_source_id is not None and source.workspace_id is not None:
        return source
    return await identify_by_token(backend, source)


async def identify_by_token(backend: Backend, source: SourceRef) -> SourceRef:
    """Return *source* with the ids that its container token leads to.

    A token fills in what nobody wrote, and replaces nothing (design.md#bindings). Raises
    ManifestError if it belongs to another import source or workspace than the one that is
    bound, or to the import source of another source, and whatever *backend* raises.
    """
    found = await backend.discover(source)
    for what, bound, discovered in (
        ("import source", source.import_source_id, found.import_source_id),
        ("workspace", source.workspace_id, found.workspace_id),
    ):
        if bound not in {None, discovered}:
            text = f"the token of {source.name} belongs to the {what} {discovered}, not to {bound}"
            raise ManifestError([ProjectCode.FOREIGN_TOKEN.diagnostic(text, source=source.name)])
    if (other := source.taken.get(id_key(found.import_source_id or ""))) is not None:
        raise ManifestError(
            [
                ProjectCode.DUPLICATE_IMPORT_SOURCE_ID.diagnostic(
                    f"the token of {source.name} belongs to the import source "
                    f"{found.import_source_id}, which is that of {other}",
                    hint=f"bind {source.name} to its own importSourceId",
                    source=source.name,
                )
            ]
        )
    return found


async def read_live(backend: Backend, source: SourceRef) -> Live:
    """Return live of *source*, for planning, in every config status (design.md#live).

    Raises PlanError if it is disabled, or RUNNING without a readable configuration, or of a kind
    that has none, and whatever *backend* raises.
    """
    status = await backend.config_status(source)
    if status is ConfigStatus.DISABLED:
        raise disabled()
    description = await described(backend, source)
    if description is not None and not description.is_external:
        raise _of_another_kind(description)
    try:
        document = await shown_document(backend, source, status)
    except (NotFound, Rejected, Conflict, UnreadableAnswer) as error:
        if status is not ConfigStatus.RUNNING:
            raise
        raise PlanError(
            f"an import is running and the configuration cannot be read: {error}",
            hint="plan again when it ends",
        ) from error
    return Live(status=status, document=document, description=description)


async def shown_document(
    backend: Backend, source: SourceRef, status: ConfigStatus
) -> LiveDocument | None:
    """Return what GET schema-and-mapping shows of *source*, None if nothing lives there.

    Without a mapping, nothing is there if the answer is 400 or 404, or shows no object types
    (api.md#a-source-without-a-mapping); any other failure is raised.
    """
    if status is not ConfigStatus.MISSING_MAPPING:
        return normalise(await backend.schema_and_mapping(source))
    try:
        shown = normalise(await backend.schema_and_mapping(source))
    except (NotFound, Rejected) as error:
        if error.status not in {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND}:
            raise
        return None
    return shown if shown.document.object_types else None


async def described(backend: Backend, source: SourceRef) -> Description | None:
    """Return what the API tells of the source itself, None if it does not.

    It only makes a plan better: whether each credential may read it is not known.
    """
    try:
        return await backend.describe(source)
    except BackendError as error:
        _log.debug("%s is not described: %s", source.name, error)
        return None


def _of_another_kind(description: Description) -> PlanError:
    name = "" if description.name is None else f" {quoted(description.name)}"
    return PlanError(
        f"the import source{name} is of kind {quoted(description.module or '')}: "
        "schema and mapping can be sent to external imports only",
        hint=f"bind the id of a source of kind {EXTERNAL}, which Assets calls External import",
    )


def disabled() -> PlanError:
    """Return the error for a source that is DISABLED."""
    return PlanError(
        "the import source is disabled",
        hint="enable it in Assets, in the import settings of its object schema",
    )
