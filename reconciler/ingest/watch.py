"""Poll the latest execution of a source until it has ended."""

from collections.abc import Awaitable, Callable, Iterator

from reconciler.backend.import_sources import Backend
from reconciler.errors import ReconcilerError
from reconciler.model.source import SourceRef
from reconciler.outcome.imports import LatestImport, import_result


async def latest_import(backend: Backend, source: SourceRef) -> LatestImport:
    """Return the latest execution of *source*, whose ids are known, or the error of reading it."""
    try:
        status = await backend.latest_execution(source)
    except ReconcilerError as error:
        return LatestImport(source=source.name, found=error)
    found = None if status is None else import_result(status.status, status.progress_result)
    return LatestImport(source=source.name, found=found)


async def watch(
    ask: Callable[[], Awaitable[LatestImport]],
    *,
    pauses: Iterator[float],
    sleep: Callable[[float], Awaitable[None]],
    on_update: Callable[[LatestImport], None],
) -> LatestImport:
    """Return the result of *ask* once there is nothing to wait for; *on_update* receives each one.

    An execution that cannot be read is not waited for: the backend has retried already.
    """
    on_update(latest := await ask())
    while not latest.is_over:
        await sleep(next(pauses))
        on_update(latest := await ask())
    return latest
