"""What an ingestion runs with: its outside dependencies, and how it is asked to run."""

from dataclasses import dataclass
from typing import Self

from reconciler.applying.clock import Clock
from reconciler.applying.locks import Locks
from reconciler.applying.stop import Stop
from reconciler.backend import Backend, Deadline
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


@dataclass(frozen=True, kw_only=True, slots=True)
class IngestOptions:
    """How to run: chunks in flight at once, and seconds to wait for the API and for a lock.

    `timeout` bounds each wait for the API, with all requests and pauses in it: until an
    execution accepts data, until it has one chunk, until the data are processed.
    """

    parallelism: int = 4
    timeout: float = 3600.0
    lock_timeout: float = 60.0
