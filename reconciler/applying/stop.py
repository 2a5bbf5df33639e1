"""An interruption in two stages: start nothing new, then stop now."""

import asyncio
from typing import Any


class Stop:
    """Set by a signal handler and observed by a run.

    After the first `request` nothing new is sent and operations in flight are followed for a
    grace time; the second one ends that at once.
    """

    def __init__(self) -> None:
        """Start without a request."""
        self.asked = asyncio.Event()
        self.forced = asyncio.Event()

    def request(self) -> None:
        """Request the next stage; more than two requests change nothing."""
        (self.forced if self.asked.is_set() else self.asked).set()


async def ended_or_set(work: "asyncio.Future[Any]", event: asyncio.Event) -> None:
    """Return as soon as *work* has ended or *event* is set; neither is modified."""
    waiting = asyncio.create_task(event.wait())
    try:
        await asyncio.wait({work, waiting}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
