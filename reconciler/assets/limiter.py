"""How fast requests go to one origin, for all sources together (api.md#rate-limits).

A generic cell rate: requests leave at an even pace, a second's worth of them at once. A
429 halves the pace and holds everybody until the moment that the answer named; each
answer that is none gives a little of the pace back.

aiolimiter and pyrate-limiter were looked at: both sleep by asyncio itself, neither can
change its rate nor hold while somebody waits.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

# Seconds of the pace that may go at once.
BURST = 1.0
# Requests a minute that a 429 never slows below, unless fewer are configured.
SLOWEST = 60.0
# The part of the configured pace that an answer gives back: fifty make up for a halving.
RECOVERY = 0.01


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """When a request may go: in `wait` seconds, if no 429 comes in between.

    `held` is whether a 429 is why it waits, not the pace alone; `epoch` counts the 429s
    that changed anything.
    """

    wait: float
    held: bool
    epoch: int


class Limiter:
    """The pace of one origin. It keeps no time: whoever asks for a turn waits it out."""

    def __init__(
        self,
        *,
        requests_per_minute: float | None,
        monotonic: Callable[[], float],
        rng: Callable[[], float],
    ) -> None:
        """Begin at the configured pace; None is no pace at all, holds are kept all the same."""
        self._configured = math.inf if requests_per_minute is None else float(requests_per_minute)
        self._pace = self._configured
        self._monotonic = monotonic
        self._rng = rng
        # When the next request is due if all go evenly; BURST before that is early enough.
        self._due = -math.inf
        self._held_until = -math.inf
        self._epoch = 0

    @property
    def pace(self) -> float:
        """Requests a minute at present, infinite without a pace."""
        return self._pace

    def turn(self) -> Turn:
        """Return the next free turn, which is taken from now on."""
        now = self._monotonic()
        at = max(now, self._due - BURST)
        self._due = max(at, self._due) + 60.0 / self._pace
        held = now < self._held_until
        # Everybody waits for the same moment; a little later each does not break the wish.
        wait = at - now + (self._rng() if held else 0.0)
        return Turn(wait=wait, held=held, epoch=self._epoch)

    def holds(self, turn: Turn) -> bool:
        """Return whether *turn* still holds: a 429 since it was given makes it void."""
        return turn.epoch == self._epoch

    def went_well(self) -> None:
        """Take note of an answer that was no 429."""
        if self._pace < self._configured:
            self._pace = min(self._configured, self._pace + self._configured * RECOVERY)

    def was_refused(self, turn: Turn, *, seconds: float) -> None:
        """Take note of a 429 to the request of *turn*: nobody goes for *seconds*.

        Many requests may have been under way when the limit was reached: the pace is
        halved once for all of those.
        """
        until = self._monotonic() + seconds
        first = self.holds(turn)
        if first:
            self._pace = max(self._pace / 2, min(self._configured, SLOWEST))
        if first or until > self._held_until:
            self._held_until = max(until, self._held_until)
            # All turns are given anew from there, and no burst is left.
            self._due = self._held_until + BURST
            self._epoch += 1
