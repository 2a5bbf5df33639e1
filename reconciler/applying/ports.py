"""What a run needs from outside, in one value."""

from dataclasses import dataclass

from reconciler.applying.clock import Clock
from reconciler.applying.journal import Journal
from reconciler.applying.leases import Runner
from reconciler.applying.stop import Stop
from reconciler.backend import Backend
from reconciler.outcome.events import Emit


@dataclass(frozen=True, kw_only=True, slots=True)
class Ports:
    """The backend, the journal, who runs, and what listens, tells the time and stops."""

    backend: Backend
    journal: Journal
    runner: Runner
    emit: Emit
    clock: Clock
    stop: Stop
