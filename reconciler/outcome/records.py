"""What the journal stores of a run, as values; its states and transitions as one table."""

from collections.abc import Collection, Iterator
from enum import StrEnum
from typing import Any

from reconciler.model.address import Address
from reconciler.planning.object_schema.operation import Phase
from reconciler.value import Value, replace


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

# A schema operation has no progress resource, and is never sent again by the run that it is of.
# What a 429 refused has not started; it is done nevertheless if that is what both APIs show later.
SCHEMA_TRANSITIONS: dict[State, frozenset[State]] = {
    state: after - {State.ACCEPTED} for state, after in TRANSITIONS.items()
}
SCHEMA_TRANSITIONS[State.NOT_STARTED] |= {State.DONE}

# The operation may have been sent, and what became of it is not known.
IN_FLIGHT = (State.SENDING, State.ACCEPTED, State.UNKNOWN)
# What `apply --resume` continues.
OPEN = (State.NOT_STARTED, *IN_FLIGHT)
# The operation acted: live was given what it sent.
EFFECTIVE = (State.DONE, State.NOT_CONVERGED)
# What ended so is the last of its source.
_STOPS = frozenset(State) - {State.DONE, *OPEN}


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


class SchemaOperationRecord(Value):
    """One schema operation of a run: a call of the companion API, and how it ended.

    `number` is its place among those of its source; `body` is None for DELETE, `before` what
    the element was just before it was sent.
    """

    id: int
    number: int
    source: str
    import_source_id: str | None
    workspace_id: str | None
    schema_id: str
    kind: str
    phase: str
    method: str
    path: str
    body: dict[str, Any] | None
    element_id: str
    element_name: str
    settles: tuple[str, ...]
    state: State
    sent_at: str | None
    ended_at: str | None
    message: str | None
    before: dict[str, Any] | None


SentRecord = OperationRecord | SchemaOperationRecord


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
    runner: str
    operations: tuple[OperationRecord, ...]
    schema_operations: tuple[SchemaOperationRecord, ...] = ()

    @property
    def sources(self) -> frozenset[str]:
        """The sources that it has operations for."""
        return frozenset(o.source for o in self._all)

    @property
    def acted_on(self) -> frozenset[str]:
        """The sources to which something was sent."""
        return frozenset(o.source for o in self._all if o.sent_at is not None)

    def open_sources(self, later: Collection[str] = ()) -> frozenset[str]:
        """Return the sources that `apply --resume` takes up.

        Open is what is not settled, and what has not started, unless a later run acted on the
        source (*later*), or what is before it was not done: then nothing follows.
        """
        stopped = {o.source for o in self._all if o.state in _STOPS}
        return frozenset(
            o.source
            for o in self._all
            if o.state in IN_FLIGHT or (o.state in OPEN and o.source not in {*later, *stopped})
        )

    def without(self, sources: Collection[str]) -> "RunRecord":
        """Return the run without its operations for *sources*."""
        return replace(
            self,
            operations=tuple(o for o in self.operations if o.source not in sources),
            schema_operations=tuple(o for o in self.schema_operations if o.source not in sources),
        )

    @property
    def in_order(self) -> tuple[SentRecord, ...]:
        """All operations by source, those of each in the order in which they are sent."""
        return tuple(sorted(self._all, key=lambda each: (each.source, _stage(each))))

    @property
    def _all(self) -> Iterator[SentRecord]:
        yield from self.schema_operations
        yield from self.operations


def _stage(record: SentRecord) -> int:
    if isinstance(record, OperationRecord):
        return 1
    return 2 if record.phase == Phase.AFTER else 0


class Attempt(Value):
    """An undocumented change as it was sent, and whether live showed it afterwards."""

    address: Address
    value: Any
    took_effect: bool


class Receipt(Value):
    """What a run did to live of a source: by the operation on its mapping, or by schema operations.

    `desired` is the manifest's document at the time, `live` the normalised one read back
    (JSON); None if the journal predates these, or live could not be read. `method` and `body` are
    what was sent to the mapping, None for schema operations: their `live` is what both APIs show.
    `deletes` are the external ids of what was to be deleted after it.
    """

    source: str
    import_source_id: str | None
    workspace_id: str | None
    ended_at: str | None
    method: str | None
    body: dict[str, Any] | None
    desired_digest: str | None
    desired: dict[str, Any] | None
    live: dict[str, Any] | None
    attempts: tuple[Attempt, ...] = ()
    deletes: tuple[str, ...] = ()


class ReadBackFinding(Value):
    """What reading live back after an operation found, for the journal."""

    live: dict[str, Any]
    attempts: tuple[Attempt, ...] = ()
