"""Read live back after an operation, and compare it with live before and as planned."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from reconciler.applying.clock import pauses
from reconciler.applying.context import ApplyTask, Context
from reconciler.applying.follow import ReportedEnding
from reconciler.errors import BackendError
from reconciler.model.normalise import LiveDocument, normalise
from reconciler.model.source import ConfigStatus
from reconciler.outcome.events import ReadingBack
from reconciler.planning.comparison import live_digest
from reconciler.planning.operation.read_back import remaining
from reconciler.planning.plan import Change

# A request whose connection broke may be acted on a moment later: "nothing was changed" is
# reported only if live stays as it was for this long.
SETTLING_SECONDS = 5.0


class LiveState(StrEnum):
    """How live compares with live before and with what was sent."""

    AS_PLANNED = "as planned"
    AS_BEFORE = "as before"
    # As before and as planned: all that was sent is write-only, live cannot show it.
    HIDDEN = "hidden"
    NEITHER = "neither"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadBackResult:
    """The result of reading back: live, its digest, and what still differs from what was sent.

    `live` is None if it could not be read, or the source is not configured.
    """

    found: LiveState
    remaining: tuple[Change, ...] = ()
    live: LiveDocument | None = None
    digest: str | None = None
    error: BackendError | None = None

    @property
    def is_as_planned(self) -> bool:
        """Whether live shows what was sent."""
        return self.found is LiveState.AS_PLANNED


async def read_back(context: Context, task: ApplyTask, ending: ReportedEnding) -> ReadBackResult:
    """Return live after an operation that ended as *ending*.

    If the server reported the end, or the time is up, live is read once, unless that fails;
    if the end is unknown, until live is as planned or there is nothing left to wait for.
    """
    context.emit(ReadingBack(source=task.name))
    match ending:
        case ReportedEnding.DONE | ReportedEnding.FAILED | ReportedEnding.OVERDUE:
            patience = 0.0
        case ReportedEnding.LOST:
            patience = min(SETTLING_SECONDS, context.left)
        case ReportedEnding.UNFOLLOWED:
            patience = context.left
    until = context.elapsed + patience
    reading = await _read(context, task)
    if reading.found is LiveState.UNREADABLE:
        # One failed read must not turn what was done into an unknown outcome.
        until = context.elapsed + max(patience, min(SETTLING_SECONDS, context.left))
    for pause in pauses(context.clock.rng):
        if reading.found in {LiveState.AS_PLANNED, LiveState.HIDDEN} or context.elapsed >= until:
            break
        await context.pause(min(pause, until - context.elapsed))
        reading = await _read(context, task)
    return reading


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


async def _read(context: Context, task: ApplyTask) -> ReadBackResult:
    try:
        live = await _live(context, task)
    except BackendError as error:
        return ReadBackResult(found=LiveState.UNREADABLE, error=error)
    after = live_digest(live)
    if live is None:
        found = classify(before=task.live_digest, after=after, remaining=None)
        all_of_it = tuple(c for c in task.planned.changes if c.verdict.is_sent)
        return ReadBackResult(found=found, remaining=all_of_it, digest=after)
    left = remaining(task.planned, live)
    found = classify(before=task.live_digest, after=after, remaining=left)
    return ReadBackResult(found=found, remaining=left, live=live, digest=after)


async def _live(context: Context, task: ApplyTask) -> LiveDocument | None:
    # GET's answer for a source without a mapping is not documented: read the status first.
    if task.planned.config_status is ConfigStatus.MISSING_MAPPING:
        status = await context.backend.config_status(task.ref)
        if status is ConfigStatus.MISSING_MAPPING:
            return None
    return normalise(await context.backend.schema_and_mapping(task.ref))
