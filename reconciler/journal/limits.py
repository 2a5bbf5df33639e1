"""How long the journal's database may keep anybody waiting."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Self

from reconciler.value import Value

# The option of a connection that only reads.
READS = "reads"
# Seconds between two looks at whether a wait is still worth it: no wait is longer by itself.
LOOK = 0.1

_LEFT: ContextVar[Callable[[], float]] = ContextVar("left", default=lambda: math.inf)


def left() -> float:
    """Return the seconds for which the caller of what runs here still waits for it."""
    return _LEFT.get()()


@contextmanager
def within(seconds: Callable[[], float]) -> Iterator[None]:
    """Let calls to the journal in the block wait only while *seconds* returns more than 0."""
    token = _LEFT.set(seconds)
    try:
        yield
    finally:
        _LEFT.reset(token)


class Limits(Value):
    """Seconds: *silence* for one answer of the database, *persistence* for one write in all.

    What others have locked is waited for half as long, so that the database says so itself.
    """

    silence: float = 10.0
    persistence: float = 30.0

    def in_time(self) -> Self:
        """Return these limits, or shorter ones if the caller waits no longer."""
        most = max(0.0, left())
        return type(self)(silence=min(self.silence, most), persistence=min(self.persistence, most))

    @property
    def lock_ms(self) -> int:
        """For how many milliseconds a lock is waited for."""
        return max(1, int(self.silence * 500))

    @property
    def statement_ms(self) -> int:
        """For how many milliseconds a statement that writes may run."""
        return max(1, int(self.silence * 800))

    @property
    def idle_ms(self) -> int:
        """After how many milliseconds the database drops a transaction in which nothing happens."""
        return max(1, int(self.silence * 1000))
