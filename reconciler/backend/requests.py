"""What surrounds a request: what may hold it back, by when it ends, what is told of it."""

import math
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from reconciler.value import Value


class Pause(Value):
    """A wait before a request is sent (again): for which source and request, why and how long.

    `retry` is False if the request has not been sent yet: the limiter holds it back. One
    request may have many pauses.
    """

    source: str
    request: str
    writes: bool
    reason: str
    seconds: float
    retry: bool = True


OnPause = Callable[[Pause], None]


class Unexpected(Value):
    """Something of an answer to `request` that no page and no record shows (api.md#grades).

    `what` it is and where is the same for all of its kind, `sample` what stood there. Neither
    holds anybody's data.
    """

    request: str
    what: str
    sample: str = ""

    def __str__(self) -> str:
        """Return the sentence."""
        sample = f" ({self.sample})" if self.sample else ""
        return f"{self.request}: {self.what} is not documented{sample}"


class Exchange(Value):
    """An answer that came, without its body: when, the server's time, and what it says of limits.

    `date` is None where the server tells none. `limits` are headers by their names. `unexpected`
    is what of the answer nobody knew of.
    """

    source: str
    request: str
    received: datetime
    date: datetime | None
    limits: Mapping[str, str]
    unexpected: tuple[Unexpected, ...] = ()


OnExchange = Callable[[Exchange], None]


def ignore_exchange(_: Exchange) -> None:
    """Ignore an answer."""


# Called last thing before a request's bytes go out; what it raises keeps them back.
Fence = Callable[[], None]
# Awaited before each attempt, after every wait for its turn; what it raises keeps it back.
BeforeSending = Callable[[], Awaitable[None]]


def no_fence() -> None:
    """Let every request pass."""


async def nothing_before() -> None:
    """Do nothing before an attempt."""


# What a request still gets to look at live, once the time is over.
LAST_LOOK_SECONDS = 5.0


class Deadline(Value):
    """When the calls of a command, or of one source in it, must have ended.

    `left` returns the seconds until then, `seconds` is what there was at first. A call that
    begins later still gets `grace` seconds, once; without grace it is not made.
    """

    left: Callable[[], float]
    seconds: float
    grace: float = 0.0

    @classmethod
    def after(
        cls, seconds: float, monotonic: Callable[[], float], *, grace: float = 0.0
    ) -> "Deadline":
        """Return the deadline *seconds* by *monotonic* after `left` was asked for first."""
        until: float | None = None

        def left() -> float:
            nonlocal until
            now = monotonic()
            until = now + seconds if until is None else until
            return until - now

        return cls(left=left, seconds=seconds, grace=grace)


NO_DEADLINE = Deadline(left=lambda: math.inf, seconds=math.inf)
