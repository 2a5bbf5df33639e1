"""The outside dependencies of a run, and of running one source in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from reconciler.applying.clock import Clock
from reconciler.applying.locks import Locks
from reconciler.applying.off_loop import off_loop
from reconciler.applying.stop import Stop
from reconciler.backend.import_sources import Backend
from reconciler.backend.object_schemas import SchemaBackend
from reconciler.backend.requests import LAST_LOOK_SECONDS, Deadline
from reconciler.errors import StalePlan, Unauthorized
from reconciler.journal.leases import LEASE_SECONDS, LeaseCheck, Runner, held_by_us
from reconciler.journal.runs import Journal
from reconciler.model.source import SourceRef
from reconciler.outcome.events import Emit
from reconciler.outcome.timestamp import stamped
from reconciler.planning.object_schema.staleness import with_operations_done
from reconciler.planning.operation.staleness import LiveChange
from reconciler.planning.plan import Operation, SourcePlan
from reconciler.value import Value, field, replace


class PrecheckResult(Value):
    """Live just before sending, and its changes since planning that do not affect the plan."""

    live_digest: str
    live_changes: tuple[LiveChange, ...] = ()


class SourceTask(Value):
    """One source of a plan: what is to be run, in which run of the journal.

    `mapping_id` is the journal's id of the operation on its mapping, None without one. `refused`
    is why nothing of it must be sent, if known in advance. `beside` are the plan's other sources
    of its object schema, whose number is `schema_id`, None if it is not known.
    """

    planned: SourcePlan
    run_id: int
    mapping_id: int | None
    refused: StalePlan | None = None
    beside: tuple[SourceRef, ...] = ()
    schema_id: str | None = None

    @property
    def name(self) -> str:
        """The source's name."""
        return self.planned.source

    @property
    def method(self) -> str | None:
        """The method of the operation on its mapping, None without one."""
        return self.planned.operation.method if self.planned.operation else None

    @property
    def ref(self) -> SourceRef:
        """The import source as the plan binds it."""
        return ref_of(self.planned)

    def mapping(self) -> "ApplyTask | None":
        """Return the operation on the mapping, None without one.

        It finds live as it is once the schema operations are done.
        """
        if self.planned.operation is None or self.mapping_id is None:
            return None
        return ApplyTask(
            planned=with_operations_done(self.planned),
            run_id=self.run_id,
            mapping_id=self.mapping_id,
            refused=self.refused,
            beside=self.beside,
            schema_id=self.schema_id,
            operation=self.planned.operation,
            operation_id=self.mapping_id,
        )


def ref_of(planned: SourcePlan) -> SourceRef:
    """Return the import source as *planned* binds it."""
    return SourceRef(
        name=planned.source,
        import_source_id=planned.import_source_id,
        workspace_id=planned.workspace_id,
    )


class ApplyTask(SourceTask):
    """The operation on the mapping of one source of a plan, and its journal id.

    `checked` is live just before sending, None until it is known; `settings` what the UI had
    then of the mappings that it overwrites.
    """

    operation: Operation
    operation_id: int
    checked: PrecheckResult | None = None
    settings: Mapping[str, Mapping[str, Any]] | None = None

    @property
    def live_digest(self) -> str:
        """The digest of live before the operation."""
        return self.checked.live_digest if self.checked else self.planned.live_digest


@dataclass(kw_only=True, slots=True)
class Flight:
    """When the operation of a source may have been sent (UTC), as far as this process knows.

    The operation is the one that the source has come to. None as long as nothing was sent, and
    once that had provably no effect. It is what a result rests on where the journal cannot be read.
    `attempts` is how often a schema operation went out. `given_up` is set when the run waits for
    the source no longer: what is left is to tidy up.
    """

    sent_at: datetime | None = None
    attempts: int = 0
    given_up: bool = False

    def go_on(self) -> None:
        """Come to the next operation of the source."""
        self.sent_at, self.attempts = None, 0


class SchemaAccess(Value):
    """The way to object schemas.

    `denied` holds the 401 that the schema credential got: then nothing else is asked with it.
    """

    backend: SchemaBackend
    denied: list[Unauthorized] = field(default_factory=list)


class Held(Value):
    """A lease that a source needs, which is the one called *name* of *locks*."""

    locks: Locks
    name: str


class Context(Value):
    """The ports of a run, and when one source's waiting began and must end (monotonic).

    `longest` is how long after it was sent an operation can have an effect. `schemas` is None
    where no object schema is to be reached. `holds` are the leases that the source needs.
    """

    backend: Backend
    journal: Journal
    emit: Emit
    clock: Clock
    began: float
    timeout: float
    longest: timedelta
    flight: Flight = field(default_factory=Flight)
    schemas: SchemaAccess | None = None
    holds: tuple[Held, ...] = ()

    def fence(self) -> None:
        """Raise LeaseLost unless the source's leases are certainly held at this moment.

        Called last thing before something is sent, however long anything took.
        """
        for each in self.holds:
            each.locks.check(each.name)

    @property
    def in_journal(self) -> LeaseCheck:
        """The check that the source's leases are ours, for the transaction of an intent."""
        return held_by_us((each.locks.leases, each.name) for each in self.holds)

    async def intend(self, write: Callable[[str], None]) -> None:
        """Let *write* record, at the time that it is given, that a byte is about to go."""

        def written() -> datetime:
            at = self.journal.now()
            write(stamped(at))
            return at

        self.flight.sent_at = await off_loop(written)

    @property
    def proved_from(self) -> datetime:
        """The moment from which live that stays as it was proves that nothing was done."""
        return (self.flight.sent_at or self.clock.wall()) + self.longest

    @property
    def elapsed(self) -> float:
        """Seconds since the source was started."""
        return self.clock.monotonic() - self.began

    @property
    def left(self) -> float:
        """Seconds until the deadline, 0 once it has passed."""
        return 0.0 if self.flight.given_up else max(0.0, self.timeout - self.elapsed)

    def from_now(self) -> Self:
        """Return the context with its time starting now."""
        return replace(self, began=self.clock.monotonic())

    def in_time(self) -> Self:
        """Return this context with a backend that respects the deadline: no call waits past it."""
        deadline = Deadline(left=lambda: self.left, seconds=self.timeout, grace=LAST_LOOK_SECONDS)
        schemas = self.schemas
        if schemas is not None:
            schemas = replace(schemas, backend=schemas.backend.with_deadline(deadline))
        return replace(self, backend=self.backend.with_deadline(deadline), schemas=schemas)

    async def pause(self, seconds: float) -> None:
        """Wait *seconds*, or until the deadline if that is sooner."""
        await self.clock.sleep(min(seconds, self.left))


class ApplyPorts(Value):
    """The backends, the journal, the runner, the listener, the clock and the stop."""

    backend: Backend
    journal: Journal
    runner: Runner
    emit: Emit
    clock: Clock
    stop: Stop
    object_schemas: SchemaBackend | None = None


class ApplyOptions(Value):
    """How to run.

    `timeout` limits all waiting for one source, for the journal too, except for its lease, which
    `lock_timeout` limits; `grace` is the time after a first stop, `lease` how long the lease of a
    source lasts that is not renewed, and `longest_operation` how long after it was sent an
    operation can have an effect. All in seconds. `one_writer`: who writes to an object schema
    that is known is the only one, which who sends schema operations is in any case.
    """

    parallelism: int = 10
    fail_fast: bool = False
    timeout: float = 600.0
    lock_timeout: float = 60.0
    grace: float = 30.0
    lease: float = LEASE_SECONDS
    longest_operation: float = 900.0
    one_writer: bool = False
