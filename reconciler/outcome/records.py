"""What the journal stores of a run, as values; its states and transitions as one table."""

from enum import StrEnum
from typing import Any

from reconciler.model.address import Address
from reconciler.value import Value


class State(StrEnum):
    """The state of one operation of a run."""

    NOT_STARTED = "not-started"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DONE = "done"
    NOT_CONVERGED = "not-converged"
    STALE = "stale"
    FAILED = "failed"
    UNKNOWN = "unknown"


# SENDING is the intent, durable before a byte is sent, and again before each repetition that the
# API asked for: found after a crash, it means that the operation may have acted. ACCEPTED has the
# progress URL if the API gave one. UNKNOWN, and SENDING or ACCEPTED after a crash, are settled
# later: the operation has ended, or it did nothing and is NOT_STARTED again. The others are final.
_ENDS = frozenset({State.DONE, State.NOT_CONVERGED, State.STALE, State.FAILED, State.UNKNOWN})
TRANSITIONS: dict[State, frozenset[State]] = {
    State.NOT_STARTED: frozenset({State.SENDING, State.STALE, State.FAILED}),
    State.SENDING: _ENDS | {State.SENDING, State.ACCEPTED, State.NOT_STARTED},
    State.ACCEPTED: _ENDS | {State.NOT_STARTED},
    State.UNKNOWN: _ENDS - {State.UNKNOWN} | {State.NOT_STARTED},
    State.DONE: frozenset(),
    State.NOT_CONVERGED: frozenset(),
    State.STALE: frozenset(),
    State.FAILED: frozenset(),
}

# The operation may have been sent, and what became of it is not known.
IN_FLIGHT = (State.SENDING, State.ACCEPTED, State.UNKNOWN)
# What `apply --resume` continues.
OPEN = (State.NOT_STARTED, *IN_FLIGHT)
# The operation acted: live was given what it sent.
EFFECTIVE = (State.DONE, State.NOT_CONVERGED)


class OperationRecord(Value):
    """One operation of a run: what was (or would have been) sent, and how it ended.

    `live_digest` is live before, `read_back_digest` live after; times are UTC, ISO 8601.
    """

    id: int
    source: str
    import_source_id: str | None
    workspace_id: str | None
    method: str
    path: str
    query: dict[str, str]
    body_digest: str
    desired_digest: str
    live_digest: str
    state: State
    progress_url: str | None
    sent_at: str | None
    ended_at: str | None
    message: str | None
    read_back_digest: str | None


class RunRecord(Value):
    """One run of apply. `ended_at` is None for a run that was killed or is still running.

    `runner` says who ran it and where.
    """

    id: int
    environment: str
    plan_digest: str
    started_at: str
    ended_at: str | None
    interrupted: bool
    runner: str | None = None
    operations: tuple[OperationRecord, ...]


class Attempt(Value):
    """An undocumented change as it was sent, and whether live showed it afterwards."""

    address: Address
    value: Any
    took_effect: bool


class Receipt(Value):
    """An operation that acted on a source: the body that it sent, and what was read back.

    `desired` is the manifest's document at the time, `live` the normalised one read back
    (JSON); None if the journal predates these, or live could not be read.
    """

    operation: OperationRecord
    body: dict[str, Any]
    desired: dict[str, Any] | None
    live: dict[str, Any] | None
    attempts: tuple[Attempt, ...] = ()


class ReadBackFinding(Value):
    """What reading live back after an operation found, for the journal."""

    live: dict[str, Any]
    attempts: tuple[Attempt, ...] = ()
