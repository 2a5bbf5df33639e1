"""Holds the lease of a source while it is being worked on, and renews it meanwhile."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from reconciler.applying.clock import Clock, pauses
from reconciler.applying.off_loop import off_loop
from reconciler.errors import JournalError, Locked
from reconciler.journal.leases import RENEW_SECONDS, Leases
from reconciler.outcome.events import WaitingForLock

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Locks:
    """The leases of a run: how long to wait for one, and which ones are held."""

    leases: Leases
    clock: Clock
    emit: Callable[[WaitingForLock], None]
    timeout: float
    leased: set[str] = field(default_factory=set)

    @asynccontextmanager
    async def hold(self, source: str) -> AsyncIterator[None]:
        """Hold the lease of *source* during the block.

        Raises Locked if somebody else holds it for longer than the time-out, and JournalError.
        """
        try:
            await self._take(source)
        except asyncio.CancelledError:
            # The call that was waited for may have taken it.
            await self._release(source)
            raise
        self.leased.add(source)
        try:
            yield
        finally:
            self.leased.discard(source)
            await self._release(source)

    async def renew_forever(self) -> None:
        """Renew the held leases forever. A lost one is noticed where it matters: before sending."""
        while True:
            await self.clock.sleep(RENEW_SECONDS)
            if not self.leased:
                continue
            try:
                await off_loop(self.leases.renew, sorted(self.leased))
            except JournalError as error:
                _log.warning("the leases could not be renewed: %s", error)

    async def _take(self, source: str) -> None:
        began = self.clock.monotonic()
        for pause in pauses(self.clock.rng):
            holder = await off_loop(self.leases.take, source)
            if holder is None:
                return
            waited = self.clock.monotonic() - began
            if waited >= self.timeout:
                raise Locked(holder, waited=waited)
            self.emit(WaitingForLock(source=source, holder=holder, elapsed=waited))
            await self.clock.sleep(min(pause, self.timeout - waited))

    async def _release(self, source: str) -> None:
        try:
            await off_loop(self.leases.release, source)
        except JournalError as error:
            # It will expire by itself.
            _log.warning("the lease of %s could not be given back: %s", source, error)
