"""A run that is asked to stop before an execution is known."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from reconciler.applying.stop import ended_or_set

T = TypeVar("T")


class Stopped(Exception):
    """The run was asked to stop before an execution was known; the note says what is known."""

    def __init__(self, note: str) -> None:
        """Keep the note."""
        super().__init__(note)
        self.note = note


async def race_with_stop(event: asyncio.Event, awaitable: Awaitable[T], *, note: str) -> T:
    """Return the result of *awaitable*; raise Stopped with *note* as soon as *event* is set."""
    work = asyncio.ensure_future(awaitable)
    try:
        await ended_or_set(work, event)
    finally:
        work.cancel()
    await asyncio.wait({work})
    if work.cancelled():
        raise Stopped(note)
    return work.result()
