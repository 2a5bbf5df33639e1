"""The faults that a running emulator has left."""

import asyncio
import math
from collections.abc import Awaitable, Callable

from reconciler.emulator.faults import FaultKind, InjectedFault
from reconciler.semantics.operations import ApiOperation


class FaultBox:
    """The faults of a running emulator, and how often each may still occur."""

    def __init__(self, faults: tuple[InjectedFault, ...]) -> None:
        """Store *faults*."""
        self._left: list[tuple[InjectedFault, float]] = []
        self._cleared = asyncio.Event()
        self.held = 0
        for fault in faults:
            self.add(fault)

    def add(self, fault: InjectedFault) -> None:
        """Add a fault after the others."""
        self._cleared.clear()
        self._left.append((fault, math.inf if fault.times is None else fault.times))

    def clear(self) -> None:
        """Remove all faults, and let the requests that are held by one go on."""
        self._left.clear()
        self._cleared.set()

    def take(self, operation: ApiOperation) -> InjectedFault | None:
        """Return the first fault left for *operation* and count its use; None without one.

        A late one is none of these: `hold` takes it, and another may happen to the same request.
        """
        return self._take(operation, late=False)

    async def hold(
        self, operation: ApiOperation, sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        """Hold a request for *operation* as long as a late fault says; count its use."""
        fault = self._take(operation, late=True)
        if fault is None:
            return
        self.held += 1
        if fault.value is None:
            await self._cleared.wait()
        else:
            await sleep(float(fault.value))
        self.held -= 1

    def _take(self, operation: ApiOperation, *, late: bool) -> InjectedFault | None:
        for i, (fault, left) in enumerate(self._left):
            if left > 0 and fault.hits(operation) and (fault.kind is FaultKind.LATE) is late:
                self._left[i] = (fault, left - 1)
                return fault
        return None

    def never_ends(self) -> bool:
        """Return whether a never-ending fault is left: nothing may end while it is."""
        return any(left > 0 and fault.kind is FaultKind.NEVER_ENDING for fault, left in self._left)
