"""Holds the lease of a source while it is being worked on, and renews it meanwhile."""

import asyncio
import logging
import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from reconciler.applying.clock import Clock, pauses
from reconciler.applying.off_loop import off_loop
from reconciler.errors import JournalError, LeaseLost, Locked
from reconciler.journal.leases import MARGIN, Leases
from reconciler.outcome.events import WaitingForLock
from reconciler.value import Value, field

# In parts of how long a lease lasts: when it is renewed, and when again if that failed.
RENEW = 1 / 3
RETRY = 1 / 30

_log = logging.getLogger(__name__)


class Locks(Value):
    """The leases of a run: how long to wait for one, and which ones are held, until when.

    What `held` says needs no database: a lease that was taken or renewed lasts, from just before
    that was asked for, as long as leases do.
    """

    leases: Leases
    clock: Clock
    emit: Callable[[WaitingForLock], None]
    timeout: float
    held: dict[str, float] = field(default_factory=dict)

    @asynccontextmanager
    async def hold(self, source: str, *, waiter: str | None = None) -> AsyncIterator[None]:
        """Hold the lease of *source* during the block; *waiter* is the source that waits for it.

        Raises Locked if somebody else holds it for longer than the time-out, and JournalError.
        """
        try:
            await self._take(source, waiter or source)
        except asyncio.CancelledError:
            # The call that was waited for may have taken it.
            await self._release(source)
            raise
        try:
            yield
        finally:
            self.held.pop(source, None)
            await self._release(source)

    def check(self, source: str) -> None:
        """Raise LeaseLost unless the lease of *source* is certainly held at this moment.

        This is the fence of what is sent: called last thing, however long anything took.
        """
        margin = self.leases.seconds * MARGIN
        if self.clock.boot() >= self.held.get(source, -math.inf) - margin:
            raise LeaseLost(source)

    async def renew_forever(self) -> None:
        """Renew the held leases forever. A lost one is noticed where it matters: before sending."""
        sleep = self.clock.beat or self.clock.sleep
        while True:
            await sleep(self.leases.seconds * RENEW)
            # Again at once after a failure: that may have taken long.
            while sources := sorted(self.held):
                until = self.clock.boot() + self.leases.seconds
                try:
                    renewed = await off_loop(self.leases.renew, sources)
                except JournalError as error:
                    _log.warning("the leases could not be renewed: %s", error)
                    await sleep(self.leases.seconds * RETRY)
                    continue
                for source in self.held.keys() & sources:
                    self.held[source] = until if source in renewed else -math.inf
                break

    async def _take(self, source: str, waiter: str) -> None:
        began = self.clock.monotonic()
        for pause in pauses(self.clock.rng):
            until = self.clock.boot() + self.leases.seconds
            holder = await off_loop(self.leases.take, source)
            if holder is None:
                self.held[source] = until
                return
            waited = self.clock.monotonic() - began
            if waited >= self.timeout:
                raise Locked(holder, waited=waited)
            self.emit(WaitingForLock(source=waiter, holder=holder, elapsed=waited))
            await self.clock.sleep(min(pause, self.timeout - waited))

    async def _release(self, source: str) -> None:
        try:
            await off_loop(self.leases.release, source)
        except JournalError as error:
            # It will expire by itself.
            _log.warning("the lease of %s could not be given back: %s", source, error)
