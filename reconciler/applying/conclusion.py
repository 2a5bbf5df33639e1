"""The outcome of an operation, from the server's report and from live read back. One table."""

from dataclasses import dataclass

from reconciler.applying.follow import Ending, Reply
from reconciler.applying.settle import Found, Reading
from reconciler.errors import ReconcilerError
from reconciler.outcome.results import Outcome
from reconciler.planning.plan import Change, Verdict

# What was read back decides wherever it can; the server's report only fills the gaps, and a
# failure that it reports remains one.
OUTCOMES: dict[Ending, dict[Found, Outcome]] = {
    Ending.DONE: {
        Found.AS_PLANNED: Outcome.DONE,
        Found.HIDDEN: Outcome.DONE,
        Found.AS_BEFORE: Outcome.NOT_CONVERGED,
        Found.NEITHER: Outcome.NOT_CONVERGED,
        Found.UNREADABLE: Outcome.UNKNOWN,
    },
    Ending.FAILED: dict.fromkeys(Found, Outcome.FAILED),
    Ending.LOST: {
        Found.AS_PLANNED: Outcome.DONE,
        Found.HIDDEN: Outcome.UNKNOWN,
        Found.AS_BEFORE: Outcome.FAILED,
        Found.NEITHER: Outcome.NOT_CONVERGED,
        Found.UNREADABLE: Outcome.UNKNOWN,
    },
    Ending.UNFOLLOWED: dict.fromkeys(Found, Outcome.UNKNOWN) | {Found.AS_PLANNED: Outcome.DONE},
    Ending.OVERDUE: dict.fromkeys(Found, Outcome.UNKNOWN) | {Found.AS_PLANNED: Outcome.DONE},
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """The outcome in one word and one sentence; `error` is None for success."""

    outcome: Outcome
    message: str
    error: ReconcilerError | None = None


def judge(reply: Reply, reading: Reading) -> Judgement:
    """Return the outcome of an operation that was sent."""
    outcome = OUTCOMES[reply.ending][reading.found]
    return Judgement(
        outcome=outcome,
        message="; ".join(filter(None, (_told(reply, outcome), _read(reply, reading)))),
        error=None if outcome is Outcome.DONE else reply.error or reading.error,
    )


def _told(reply: Reply, outcome: Outcome) -> str | None:
    if reply.error:
        return str(reply.error)
    return None if outcome is Outcome.DONE else "the server reported success"


def _read(reply: Reply, reading: Reading) -> str:
    match reading.found:
        case Found.AS_PLANNED:
            return "read back equal"
        case Found.HIDDEN:
            return "live does not show what was sent"
        case Found.AS_BEFORE if reply.ending in {Ending.OVERDUE, Ending.UNFOLLOWED}:
            return "nothing has changed so far"
        case Found.AS_BEFORE:
            return f"nothing was changed{_only_undocumented(reading.remaining)}"
        case Found.NEITHER:
            return f"{_counted(reading.remaining)}{_only_undocumented(reading.remaining)}"
        case Found.UNREADABLE:
            return f"live cannot be read back: {reading.error}"


def _counted(remaining: tuple[Change, ...]) -> str:
    count = len(remaining)
    return f"{count} change{'s remain' if count != 1 else ' remains'}"


def _only_undocumented(remaining: tuple[Change, ...]) -> str:
    if not remaining or any(c.verdict is not Verdict.PATCH_UNDOCUMENTED for c in remaining):
        return ""
    return " (the API took the call; whether it makes such changes is not documented)"
