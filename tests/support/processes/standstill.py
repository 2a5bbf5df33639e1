"""An apply that stops itself, as SIGSTOP would, once its intent is in the journal."""

import asyncio
import os
import signal
from dataclasses import dataclass
from pathlib import Path

from reconciler.app.saved_plan import load_plan
from reconciler.applying.clock import Clock
from reconciler.applying.context import ApplyOptions, ApplyPorts
from reconciler.applying.run import apply
from reconciler.applying.stop import Stop
from reconciler.assets.auth import bearer
from reconciler.assets.client import AssetsBackend
from reconciler.journal.leases import this_runner
from reconciler.journal.runs import Journal
from reconciler.journal.store import JournalStore
from reconciler.outcome.events import Event, Sending


@dataclass(frozen=True, kw_only=True, slots=True)
class Standstill:
    """A saved plan, to be applied with leases of so many seconds; what it `told`."""

    plan: Path
    base_url: str
    token: str
    journal: str
    lease: float
    told: Path


def apply_and_stop(what: Standstill) -> None:
    """Apply the plan, and write the messages of its sources."""

    def emit(event: Event) -> None:
        if isinstance(event, Sending):
            os.kill(os.getpid(), signal.SIGSTOP)

    async def run() -> str:
        with Journal(JournalStore(what.journal)) as journal:
            backend = AssetsBackend(
                base_url=what.base_url, credentials=lambda _: bearer(what.token)
            )
            ports = ApplyPorts(
                backend=backend,
                journal=journal,
                runner=this_runner("who stands still"),
                emit=emit,
                clock=Clock(),
                stop=Stop(),
            )
            report = await apply(
                load_plan(what.plan), ports, options=ApplyOptions(lease=what.lease)
            )
            await backend.aclose()
            return "\n".join(result.message for result in report.results)

    what.told.write_text(asyncio.run(run()), encoding="utf-8")
