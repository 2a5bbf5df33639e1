"""An interruption in two stages: start nothing new, then stop now."""

import asyncio
from typing import Any


class Stop:
    """What a signal handler calls and a run listens to.

    After the first `request` nothing new is sent and what is in flight is followed for
    a grace time; the second one ends that at once.
    """

    def __init__(self) -> None:
        """Begin with nothing asked for."""
        self.asked = asyncio.Event()
        self.forced = asyncio.Event()

    def request(self) -> None:
        """Ask for the next stage; more than two requests change nothing."""
        (self.forced if self.asked.is_set() else self.asked).set()


async def ended_or_set(work: "asyncio.Future[Any]", event: asyncio.Event) -> None:
    """Return as soon as *work* has ended or *event* is set; neither is touched."""
    waiting = asyncio.create_task(event.wait())
    try:
        await asyncio.wait({work, waiting}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
