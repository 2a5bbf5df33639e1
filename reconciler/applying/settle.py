"""Read live back after an operation, and compare it with live before and as planned."""

from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from functools import partial
from typing import TypeVar

from reconciler.applying.clock import pauses
from reconciler.applying.context import ApplyTask, Context, SourceTask
from reconciler.applying.refresh import shown_document
from reconciler.errors import BackendError
from reconciler.model.normalise import LiveDocument
from reconciler.model.source import ConfigStatus
from reconciler.model.wire import read_document
from reconciler.outcome.events import ReadingBack
from reconciler.planning.change import Change
from reconciler.planning.live_digest import live_digest
from reconciler.planning.operation.read_back import remaining
from reconciler.value import Value, replace

T = TypeVar("T")

# GET may lag behind what was written: until live was read for so long, it proves nothing.
READ_LAG_SECONDS = 10.0


class LiveState(StrEnum):
    """How live compares with live before and with what was sent."""

    AS_PLANNED = "as planned"
    AS_BEFORE = "as before"
    # As before and as planned: all that was sent is write-only, live cannot show it.
    HIDDEN = "hidden"
    NEITHER = "neither"
    UNREADABLE = "unreadable"


class ReadBackResult(Value):
    """The result of reading back: live, and what still differs from what was sent.

    `live` is None if it could not be read, or the source is not configured. `lag_is_over` tells
    whether it was read for so long that no lag explains what it shows.
    """

    found: LiveState
    remaining: tuple[Change, ...] = ()
    live: LiveDocument | None = None
    error: BackendError | None = None
    lag_is_over: bool = False

    @property
    def is_as_planned(self) -> bool:
        """Whether live shows what was sent."""
        return self.found is LiveState.AS_PLANNED


async def read_back(
    context: Context, task: ApplyTask, *, is_unfollowed: bool = False
) -> ReadBackResult:
    """Return live after an operation.

    It is read until it shows what was sent, or until its lag is over: of what was accepted and
    *is_unfollowed* until time is up. At least once, whatever time is left.
    """
    context.emit(ReadingBack(source=task.name))
    lag_over = context.elapsed + READ_LAG_SECONDS
    until = lag_over
    if is_unfollowed:
        until = max(lag_over, context.elapsed + context.left)
    shown = {LiveState.AS_PLANNED, LiveState.HIDDEN}
    asked, reading = await looked_at(
        context, partial(read_live, context, task), until=until, ends=lambda r: r.found in shown
    )
    return replace(reading, lag_is_over=asked >= lag_over)


async def looked_at(
    context: Context, look: Callable[[], Awaitable[T]], *, until: float, ends: Callable[[T], bool]
) -> tuple[float, T]:
    """Return what *look* returns once that *ends* it, or *until* then, and when it was asked.

    It is called again and again while time is left, and once in any case.
    """
    asked, found = context.elapsed, await look()
    for pause in pauses(context.clock.rng):
        if ends(found) or asked >= until or not context.left:
            break
        await context.pause(min(pause, max(0.0, until - context.elapsed)))
        asked, found = context.elapsed, await look()
    return asked, found


def classify(*, before: str, after: str, remaining: Sequence[Change] | None) -> LiveState:
    """Compare live by the digests of live before and after and what still differs.

    *remaining* is None if the source is not configured at all.
    """
    converged = remaining is not None and not remaining
    match (converged, before == after):
        case (True, True):
            return LiveState.HIDDEN
        case (True, False):
            return LiveState.AS_PLANNED
        case (False, True):
            return LiveState.AS_BEFORE
        case _:
            return LiveState.NEITHER


async def read_live(context: Context, task: ApplyTask) -> ReadBackResult:
    """Return live as it is read now; an error of the backend makes it UNREADABLE."""
    try:
        live = await live_now(context, task)
    except BackendError as error:
        return ReadBackResult(found=LiveState.UNREADABLE, error=error)
    after = live_digest(live, read_document(task.planned.evidence.desired))
    if live is None:
        found = classify(before=task.live_digest, after=after, remaining=None)
        all_of_it = tuple(c for c in task.planned.changes if c.verdict.is_sent)
        return ReadBackResult(found=found, remaining=all_of_it)
    left = remaining(task.planned, live)
    found = classify(before=task.live_digest, after=after, remaining=left)
    return ReadBackResult(found=found, remaining=left, live=live)


async def live_now(context: Context, task: SourceTask) -> LiveDocument | None:
    """Return live of the source, None if nothing is there. Raises what the backend raises."""
    # GET's answer for a source without a mapping is not documented: read the status first.
    status = ConfigStatus.IDLE
    if task.planned.config_status is ConfigStatus.MISSING_MAPPING:
        status = await context.backend.config_status(task.ref)
    return await shown_document(context.backend, task.ref, status)
