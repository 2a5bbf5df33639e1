"""The outside dependencies of a run, and of running one source in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from reconciler.applying.clock import Clock
from reconciler.applying.locks import Locks
from reconciler.applying.stop import Stop
from reconciler.backend import LAST_LOOK_SECONDS, Backend, Deadline
from reconciler.errors import StalePlan
from reconciler.journal.leases import Runner
from reconciler.journal.runs import Journal
from reconciler.model.source import SourceRef
from reconciler.outcome.events import Emit
from reconciler.planning.operation.staleness import LiveChange
from reconciler.planning.plan import Operation, SourcePlan
from reconciler.value import Value, field, replace


class PrecheckResult(Value):
    """Live just before sending, and its changes since planning that do not affect the plan."""

    live_digest: str
    live_changes: tuple[LiveChange, ...] = ()


class ApplyTask(Value):
    """One source of a plan with its operation: what is to be run, and its journal id.

    `refused` is why it must not be sent, if known in advance. `checked` is live just before
    sending, None until it is known; `settings` what the UI had then of the mappings that it
    overwrites.
    """

    planned: SourcePlan
    operation: Operation
    operation_id: int
    refused: StalePlan | None = None
    checked: PrecheckResult | None = None
    settings: Mapping[str, Mapping[str, Any]] | None = None

    def with_live(self, checked: PrecheckResult) -> "ApplyTask":
        """Return the task with live as it is before the operation."""
        return replace(self, checked=checked)

    @property
    def live_digest(self) -> str:
        """The digest of live before the operation."""
        return self.checked.live_digest if self.checked else self.planned.live_digest

    @property
    def name(self) -> str:
        """The source's name."""
        return self.planned.source

    @property
    def ref(self) -> SourceRef:
        """The import source as the plan binds it."""
        return SourceRef(
            name=self.planned.source,
            import_source_id=self.planned.import_source_id,
            workspace_id=self.planned.workspace_id,
        )


@dataclass(kw_only=True, slots=True)
class Flight:
    """When the operation of a source may have been sent (UTC), as far as this process knows.

    None as long as nothing was sent, and once that had provably no effect. It is what a result
    rests on where the journal cannot be read. `given_up` is set when the run waits for the
    source no longer: what is left is to tidy up.
    """

    sent_at: datetime | None = None
    given_up: bool = False


class Context(Value):
    """The ports of a run, and when one source's waiting began and must end (monotonic).

    `longest` is how long after it was sent an operation can have an effect.
    """

    backend: Backend
    journal: Journal
    locks: Locks
    emit: Emit
    clock: Clock
    began: float
    timeout: float
    longest: timedelta
    flight: Flight = field(default_factory=Flight)

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
        return replace(self, backend=self.backend.with_deadline(deadline))

    async def pause(self, seconds: float) -> None:
        """Wait *seconds*, or until the deadline if that is sooner."""
        await self.clock.sleep(min(seconds, self.left))


class ApplyPorts(Value):
    """The backend, the journal, the runner, the listener, the clock and the stop."""

    backend: Backend
    journal: Journal
    runner: Runner
    emit: Emit
    clock: Clock
    stop: Stop
