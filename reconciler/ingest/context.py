"""The outside dependencies of an ingestion, in one value."""

from typing import Self

from reconciler.applying.clock import Clock
from reconciler.applying.locks import Locks
from reconciler.applying.stop import Stop
from reconciler.backend.import_sources import Backend
from reconciler.backend.requests import Deadline
from reconciler.journal.ingestions import Ingestions
from reconciler.journal.leases import Leases, Runner
from reconciler.outcome.events import EmitIngest
from reconciler.value import Value, replace


class IngestPorts(Value):
    """The backend, the journal of ingestions, the runner, the listener, the clock and the stop."""

    backend: Backend
    ingestions: Ingestions
    environment: str
    runner: Runner
    emit: EmitIngest
    clock: Clock
    stop: Stop

    def within(self, seconds: float, *, grace: float = 0.0) -> Self:
        """Return these ports with a backend whose calls together end in *seconds*."""
        deadline = Deadline.after(seconds, self.clock.monotonic, grace=grace)
        return replace(self, backend=self.backend.with_deadline(deadline))

    def locks(self, timeout: float) -> Locks:
        """Return the locks of the sources: the same ones that apply takes."""
        leases = Leases(self.ingestions.store, environment=self.environment, runner=self.runner)
        return Locks(leases=leases, clock=self.clock, emit=self.emit, timeout=timeout)
