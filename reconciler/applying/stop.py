"""An interruption in two stages: start nothing new, then stop now."""

import asyncio
import math
import time
from typing import Any

# Seconds that whoever wants the end still waits for the journal.
MOMENT = 1.0


class Stop:
    """Set by a signal handler and observed by a run.

    After the first `request` nothing new is sent and operations in flight are followed for a
    grace time; the second one ends that at once.
    """

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.forced = asyncio.Event()
        self._end = math.inf

    def request(self) -> None:
        """Request the next stage; more than two requests change nothing."""
        if self.asked.is_set() and not self.forced.is_set():
            self._end = time.monotonic() + MOMENT
            self.forced.set()
        self.asked.set()

    def left(self) -> float:
        """Return how many seconds anything may still take: a moment after the second request."""
        return self._end - time.monotonic()


async def ended_or_set(work: "asyncio.Future[Any]", event: asyncio.Event) -> None:
    """Return as soon as *work* has ended or *event* is set; neither is modified."""
    waiting = asyncio.create_task(event.wait())
    try:
        await asyncio.wait({work, waiting}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
