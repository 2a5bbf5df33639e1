"""The rate of requests to one origin, for all sources together (api.md#rate-limits).

A generic cell rate algorithm: requests leave at an even pace, in bursts of up to a second's
worth. A 429 halves the pace and holds all requests until the moment that the answer named;
every other answer restores a little of the pace.

aiolimiter and pyrate-limiter do not fit: both sleep by asyncio itself, and neither can change
its rate or hold while somebody waits.
"""

import math
from collections.abc import Callable

from reconciler.value import Value

# A burst: seconds of the pace that may be sent at once.
BURST = 1.0
# Requests per minute below which a 429 never slows down, unless fewer are configured.
SLOWEST = 60.0
# The part of the configured pace that an answer restores: fifty make up for a halving.
RECOVERY = 0.01


class Turn(Value):
    """When a request may be sent: in `wait` seconds, unless a 429 comes in between.

    `held` means that it waits because of a 429, not only for the pace; `epoch` counts the 429s
    that changed anything.
    """

    wait: float
    held: bool
    epoch: int


class Limiter:
    """The pace of one origin. It does not sleep: callers wait for their turn themselves."""

    def __init__(
        self,
        *,
        requests_per_minute: float | None,
        monotonic: Callable[[], float],
        rng: Callable[[], float],
    ) -> None:
        """Start at the configured pace; None means no pace, but holds still apply."""
        self._configured = math.inf if requests_per_minute is None else float(requests_per_minute)
        self._pace = self._configured
        self._monotonic = monotonic
        self._rng = rng
        # When the next request is due at an even pace; BURST earlier is soon enough.
        self._due = -math.inf
        self._held_until = -math.inf
        self._epoch = 0

    @property
    def pace(self) -> float:
        """The present requests per minute, infinite without a pace."""
        return self._pace

    def turn(self) -> Turn:
        """Return the next free turn and reserve it."""
        now = self._monotonic()
        at = max(now, self._due - BURST)
        self._due = max(at, self._due) + 60.0 / self._pace
        held = now < self._held_until
        # Everybody waits for the same moment; a little later each still respects it.
        wait = at - now + (self._rng() if held else 0.0)
        return Turn(wait=wait, held=held, epoch=self._epoch)

    def holds(self, turn: Turn) -> bool:
        """Return whether *turn* is still valid: a 429 in the meantime voids it."""
        return turn.epoch == self._epoch

    def went_well(self) -> None:
        """Record an answer that was no 429."""
        if self._pace < self._configured:
            self._pace = min(self._configured, self._pace + self._configured * RECOVERY)

    def was_refused(self, turn: Turn, *, seconds: float) -> None:
        """Record a 429 for the request of *turn*: nothing is sent for *seconds*.

        Many requests may have been in flight when the limit was reached: the pace is halved
        once for all of them.
        """
        until = self._monotonic() + seconds
        first = self.holds(turn)
        if first:
            self._pace = max(self._pace / 2, min(self._configured, SLOWEST))
        if first or until > self._held_until:
            self._held_until = max(until, self._held_until)
            # All turns are assigned anew from there, and no burst is left.
            self._due = self._held_until + BURST
            self._epoch += 1
