"""The outside dependencies of an ingestion, in one value."""

from dataclasses import dataclass

from reconciler.applying.clock import Clock
from reconciler.applying.locks import Locks
from reconciler.applying.stop import Stop
from reconciler.backend import Backend
from reconciler.journal.ingestions import Ingestions
from reconciler.journal.leases import Leases, Runner
from reconciler.outcome.events import EmitIngest


@dataclass(frozen=True, kw_only=True, slots=True)
class IngestPorts:
    """The backend, the journal of ingestions, the runner, the listener, the clock and the stop."""

    backend: Backend
    ingestions: Ingestions
    environment: str
    runner: Runner
    emit: EmitIngest
    clock: Clock
    stop: Stop

    def locks(self, timeout: float) -> Locks:
        """Return the locks of the sources: the same ones that apply takes."""
        leases = Leases(self.ingestions.store, environment=self.environment, runner=self.runner)
        return Locks(leases=leases, clock=self.clock, emit=self.emit, timeout=timeout)


@dataclass(frozen=True, kw_only=True, slots=True)
class IngestOptions:
    """How to run: chunks in flight at once, and seconds to wait for the API and for a lock.

    `timeout` bounds each wait for the execution: until it accepts data, until it is processed.
    """

    parallelism: int = 4
    timeout: float = 3600.0
    lock_timeout: float = 60.0
