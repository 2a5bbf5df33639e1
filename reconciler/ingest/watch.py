"""Ask for the latest execution of a source, again and again until it has ended."""

from collections.abc import Awaitable, Callable, Iterator

from reconciler.backend import Backend
from reconciler.errors import ReconcilerError
from reconciler.model.source import SourceRef
from reconciler.outcome.imports import LatestImport, import_result


async def latest_import(backend: Backend, source: SourceRef) -> LatestImport:
    """Return the latest execution of *source*, whose ids are known; an error is what was found."""
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
    tell: Callable[[LatestImport], None],
) -> LatestImport:
    """Return what *ask* finds once there is nothing to wait for; *tell* is called each time.

    An execution that cannot be read is not waited for: the backend has tried again already.
    """
    tell(latest := await ask())
    while not latest.is_over:
        await sleep(next(pauses))
        tell(latest := await ask())
    return latest
