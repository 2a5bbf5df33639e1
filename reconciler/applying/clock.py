"""Time and randomness as arguments, so that no test waits and every run can be replayed."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime

from reconciler.journal.boot import boot_seconds
from reconciler.outcome.timestamp import stamped
from reconciler.value import Value, field

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 10.0
GROWTH = 1.6
JITTER = 0.25


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Clock(Value):
    """The clock of a run: `monotonic` to measure, `wall` to record, `sleep` to wait.

    `boot` goes on while the machine, and so this process, is suspended: leases count by it.
    `beat` is the sleep of what goes on beside the work, that of the work if it is None.
    """

    monotonic: Callable[[], float] = time.monotonic
    boot: Callable[[], float] = boot_seconds
    wall: Callable[[], datetime] = _utc_now
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    beat: Callable[[float], Awaitable[None]] | None = None
    rng: random.Random = field(default_factory=random.Random)

    def stamp(self) -> str:
        """Return the wall-clock time as UTC in ISO 8601, to the millisecond."""
        return stamped(self.wall())


def pauses(rng: random.Random) -> Iterator[float]:
    """Yield the waits between polls: growing, bounded, jittered, endless.

    The jitter keeps many sources from polling in step.
    """
    pause = FIRST_PAUSE
    while True:
        yield pause * rng.uniform(1 - JITTER, 1 + JITTER)
        pause = min(pause * GROWTH, LONGEST_PAUSE)


def ahead_clock() -> Clock:
    """Return a clock on which nobody waits, and as much time passes as if: for a replay."""
    ahead = _Ahead()
    # What is beside the work keeps the real time: it would hurry all else on.
    return Clock(
        monotonic=ahead.monotonic,
        sleep=ahead.sleep,
        beat=asyncio.sleep,
        rng=random.Random(0),  # noqa: S311 - the same pauses each time
    )


class _Ahead:
    """Is ahead of the machine's clock by all that was to be waited for."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self._seconds

    async def sleep(self, seconds: float) -> None:
        until = self.monotonic() + seconds
        # Who waits for less comes first.
        await asyncio.sleep(0)
        self._seconds += max(0.0, until - self.monotonic())
