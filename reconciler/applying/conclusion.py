"""The outcome of an operation, from the server's report and from live read back. One table.

A pause is no proof: what may have been sent has failed only if the server says so, and is not
converged only if the server reports success and live was read until no lag explains it
(design.md#unknown-outcomes).
"""

from datetime import datetime

from reconciler.applying.follow import ReportedEnding, ServerReport
from reconciler.applying.settle import LiveState, ReadBackResult
from reconciler.command_line import command_line
from reconciler.errors import ReconcilerError
from reconciler.model.display import count
from reconciler.outcome.results import Outcome
from reconciler.planning.change import Change, Verdict
from reconciler.value import Value

_UNKNOWN_UNLESS_SHOWN = dict.fromkeys(LiveState, Outcome.UNKNOWN) | {
    LiveState.AS_PLANNED: Outcome.DONE
}
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
    ReportedEnding.LOST: _UNKNOWN_UNLESS_SHOWN,
    ReportedEnding.UNFOLLOWED: _UNKNOWN_UNLESS_SHOWN,
    ReportedEnding.OVERDUE: _UNKNOWN_UNLESS_SHOWN,
}


class Judgement(Value):
    """The outcome in one word and one sentence; `error` is None for success."""

    outcome: Outcome
    message: str
    error: ReconcilerError | None = None


def judge(reply: ServerReport, reading: ReadBackResult, *, proved_from: datetime) -> Judgement:
    """Return the outcome of an operation that was sent.

    *proved_from* is the moment from which live that stays as it was proves something.
    """
    outcome = OUTCOMES[reply.ending][reading.found]
    if outcome is Outcome.NOT_CONVERGED and not reading.lag_is_over:
        outcome = Outcome.UNKNOWN
    sentences = [_reported(reply, outcome), _read(reading, outcome)]
    if outcome is Outcome.UNKNOWN:
        sentences.append(resume_from(proved_from))
    return Judgement(
        outcome=outcome,
        message="; ".join(filter(None, sentences)),
        error=None if outcome is Outcome.DONE else reply.error or reading.error,
    )


def resume_from(moment: datetime) -> str:
    """Return when an unknown outcome can be settled, and how."""
    return (
        f"what became of it is not known: `{command_line('apply --resume')}` can settle it "
        f"from {moment:%Y-%m-%d %H:%M:%S} UTC"
    )


def _reported(reply: ServerReport, outcome: Outcome) -> str | None:
    if reply.error:
        return str(reply.error)
    if reply.ending is ReportedEnding.LOST:
        return None
    return None if outcome is Outcome.DONE else "the server reported success"


def _read(reading: ReadBackResult, outcome: Outcome) -> str:
    match reading.found:
        case LiveState.AS_PLANNED:
            return "read back equal"
        case LiveState.HIDDEN:
            return "live does not show what was sent"
        case LiveState.AS_BEFORE if outcome is Outcome.UNKNOWN or not reading.lag_is_over:
            return "nothing has changed so far"
        case LiveState.AS_BEFORE:
            return f"nothing was changed{_only_undocumented(reading.remaining)}"
        case LiveState.NEITHER:
            return f"{_counted(reading.remaining)}{_only_undocumented(reading.remaining)}"
        case LiveState.UNREADABLE:
            return f"live cannot be read back: {reading.error}"


def _counted(remaining: tuple[Change, ...]) -> str:
    return count(len(remaining), "change remains", "changes remain")


def _only_undocumented(remaining: tuple[Change, ...]) -> str:
    if not remaining or any(c.verdict is not Verdict.PATCH_UNDOCUMENTED for c in remaining):
        return ""
    return " (the API took the call; whether it makes such changes is not documented)"
