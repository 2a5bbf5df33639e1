"""The outcome of an operation, from the server's report and from live read back. One table."""

from dataclasses import dataclass

from reconciler.applying.follow import ReportedEnding, ServerReport
from reconciler.applying.settle import LiveState, ReadBackResult
from reconciler.errors import ReconcilerError
from reconciler.outcome.results import Outcome
from reconciler.planning.plan import Change, Verdict

# What was read back decides wherever it can; the server's report only fills the gaps, and a
# failure that it reports remains one.
OUTCOMES: dict[ReportedEnding, dict[LiveState, Outcome]] = {
    ReportedEnding.DONE: {
        LiveState.AS_PLANNED: Outcome.DONE,
        LiveState.HIDDEN: Outcome.DONE,
        LiveState.AS_BEFORE: Outcome.NOT_CONVERGED,
        LiveState.NEITHER: Outcome.NOT_CONVERGED,
        LiveState.UNREADABLE: Outcome.UNKNOWN,
    },
    ReportedEnding.FAILED: dict.fromkeys(LiveState, Outcome.FAILED),
    ReportedEnding.LOST: {
        LiveState.AS_PLANNED: Outcome.DONE,
        LiveState.HIDDEN: Outcome.UNKNOWN,
        LiveState.AS_BEFORE: Outcome.FAILED,
        LiveState.NEITHER: Outcome.NOT_CONVERGED,
        LiveState.UNREADABLE: Outcome.UNKNOWN,
    },
    ReportedEnding.UNFOLLOWED: dict.fromkeys(LiveState, Outcome.UNKNOWN)
    | {LiveState.AS_PLANNED: Outcome.DONE},
    ReportedEnding.OVERDUE: dict.fromkeys(LiveState, Outcome.UNKNOWN)
    | {LiveState.AS_PLANNED: Outcome.DONE},
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """The outcome in one word and one sentence; `error` is None for success."""

    outcome: Outcome
    message: str
    error: ReconcilerError | None = None


def judge(reply: ServerReport, reading: ReadBackResult) -> Judgement:
    """Return the outcome of an operation that was sent."""
    outcome = OUTCOMES[reply.ending][reading.found]
    return Judgement(
        outcome=outcome,
        message="; ".join(filter(None, (_reported(reply, outcome), _read(reply, reading)))),
        error=None if outcome is Outcome.DONE else reply.error or reading.error,
    )


def _reported(reply: ServerReport, outcome: Outcome) -> str | None:
    if reply.error:
        return str(reply.error)
    return None if outcome is Outcome.DONE else "the server reported success"


def _read(reply: ServerReport, reading: ReadBackResult) -> str:
    match reading.found:
        case LiveState.AS_PLANNED:
            return "read back equal"
        case LiveState.HIDDEN:
            return "live does not show what was sent"
        case LiveState.AS_BEFORE if reply.ending in {
            ReportedEnding.OVERDUE,
            ReportedEnding.UNFOLLOWED,
        }:
            return "nothing has changed so far"
        case LiveState.AS_BEFORE:
            return f"nothing was changed{_only_undocumented(reading.remaining)}"
        case LiveState.NEITHER:
            return f"{_counted(reading.remaining)}{_only_undocumented(reading.remaining)}"
        case LiveState.UNREADABLE:
            return f"live cannot be read back: {reading.error}"


def _counted(remaining: tuple[Change, ...]) -> str:
    count = len(remaining)
    return f"{count} change{'s remain' if count != 1 else ' remains'}"


def _only_undocumented(remaining: tuple[Change, ...]) -> str:
    if not remaining or any(c.verdict is not Verdict.PATCH_UNDOCUMENTED for c in remaining):
        return ""
    return " (the API took the call; whether it makes such changes is not documented)"
