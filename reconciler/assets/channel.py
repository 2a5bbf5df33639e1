"""One call to the API: authorised, paced, time-limited, retried as its kind allows."""

import asyncio
import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import cycle, islice

import httpx

from reconciler.assets.answers import Answer
from reconciler.assets.auth import Credentials
from reconciler.assets.bounds import CALL_SECONDS, HOLD_SECONDS
from reconciler.assets.call import Call
from reconciler.assets.exchange import exchange
from reconciler.assets.failures import (
    CREDENTIALS_HINT,
    from_status,
    retry_reason,
    start_emulator,
)
from reconciler.assets.limiter import Limiter, Turn
from reconciler.assets.reply import Reply
from reconciler.assets.retry import (
    ONCE,
    READS,
    WRITES,
    Pacing,
    RetryPolicy,
    exchange_of,
    nothing_listens,
    wait_asked,
    with_retries,
)
from reconciler.backend.requests import (
    NO_DEADLINE,
    Deadline,
    OnExchange,
    OnPause,
    Pause,
    ignore_exchange,
)
from reconciler.errors import RateLimited, ReconcilerError, Unauthorized, Unavailable
from reconciler.value import Value

_WHY_HELD = "the API's limit was reached"
_WHY_PACED = "requests are paced (policy.requestsPerMinute)"
# Shorter waits for a turn are not reported.
_WORTH_TELLING = 1.0

_log = logging.getLogger(__name__)


class Channel(Value):
    """The connection to the API: the same clients for all sources, and the credentials of each.

    A channel with `reads_only` sends nothing but GET, whoever calls it.
    """

    # Each client as often as it has connections. httpx slows down with many requests waiting for
    # its pool: they wait here instead.
    places: asyncio.Queue[httpx.AsyncClient]
    credentials: Callable[[str], Credentials]
    pacing: Pacing
    limiter: Limiter
    on_pause: OnPause
    on_exchange: OnExchange = ignore_exchange
    reads_only: bool = False
    deadline: Deadline = NO_DEADLINE

    async def send(self, call: Call) -> Answer:
        """Return the answer to *call* if it is below 400; raise a BackendError otherwise.

        The caller has checked that the URL is on the configured origin.
        """
        if self.reads_only and call.writes:
            raise ReconcilerError(
                f"{call.method} was not sent: this command only reads",
                hint="this is a bug of reconciler; nothing was changed",
            )
        credentials = self.credentials(call.source)
        if not credentials.are_sendable:
            raise Unauthorized(
                f"{call} was not sent: the token is empty or holds characters "
                "that no header can carry",
                request=call.name,
                hint=CREDENTIALS_HINT,
            )
        tries = _Tries(channel=self, call=call, credentials=credentials)
        try:
            reply = await with_retries(
                tries.once,
                policy=_policy(call),
                pacing=self.pacing,
                left=tries.left,
                on_pause=lambda outcome, seconds: self.tell(
                    call, retry_reason(call, outcome), seconds, retry=True
                ),
            )
        except Unavailable as error:
            raise tries.told(error) from error.__cause__
        if reply.status >= HTTPStatus.BAD_REQUEST:
            limited = reply.status == HTTPStatus.TOO_MANY_REQUESTS
            asked = wait_asked(reply.headers, now=self.pacing.now()) if limited else None
            raise from_status(call, reply.status, credentials.clean(reply.text), asked=asked)
        return Answer(call=call, reply=reply, clean=credentials.clean, is_known=tries.is_known)

    async def turn(self, call: Call, left: Callable[[], float]) -> Turn:
        """Return the turn in which *call* may be sent now, after waiting for it.

        Raises RateLimited if that would take longer than the time *left*.
        """
        while (turn := self.limiter.turn()).wait > 0:
            why = _WHY_HELD if turn.held else _WHY_PACED
            # The pace never prevents a last look; a 429's hold is waited for like any other.
            if turn.wait > max(0.0 if turn.held else self.deadline.grace, left()):
                raise RateLimited(
                    f"{call} was not sent: {why}, and its turn in {turn.wait:.0f} s is too late",
                    request=call.name,
                    hint="lower --parallelism, allow more time, or try again later",
                )
            if turn.wait > _WORTH_TELLING:
                self.tell(call, why, turn.wait, retry=False)
            await self.pacing.sleep(turn.wait)
            if self.limiter.holds(turn):
                break
        return turn

    def tell(self, call: Call, why: str, seconds: float, *, retry: bool) -> None:
        """Report that *call* waits for *seconds*, and why."""
        _log.info("%s: %s; it goes out in %.1f s", call, why, seconds)
        self.on_pause(
            Pause(
                source=call.source,
                request=call.name,
                writes=call.writes,
                reason=why,
                seconds=seconds,
                retry=retry,
            )
        )


def _policy(call: Call) -> RetryPolicy:
    if call.once:
        return ONCE
    return WRITES if call.writes else READS


def places_of(
    clients: Sequence[httpx.AsyncClient], connections: int
) -> asyncio.Queue[httpx.AsyncClient]:
    """Return the places of *connections* requests at once, spread over *clients*."""
    places: asyncio.Queue[httpx.AsyncClient] = asyncio.Queue()
    for http in islice(cycle(clients), connections):
        places.put_nowait(http)
    return places


@dataclass(kw_only=True, slots=True)
class _Tries:
    """The requests of one call, and the time that they have together.

    Waiting for the pace before the first is not the server's fault and does not count.
    """

    channel: Channel
    call: Call
    credentials: Credentials
    began: float = math.inf
    number: int = 0
    is_known: bool = False

    @property
    def elapsed(self) -> float:
        return max(0.0, self.channel.pacing.monotonic() - self.began)

    def left(self) -> float:
        left = self.channel.deadline.left()
        if self.number:
            left = min(left, max(CALL_SECONDS, self.call.seconds) - self.elapsed)
        return left

    async def once(self) -> Reply:
        channel, call = self.channel, self.call
        # httpx's own headers hide this one in their repr.
        headers = httpx.Headers({self.credentials.header: self.credentials.value})
        if call.body is not None:
            headers["Content-Type"] = "application/json"
        http = await channel.places.get()
        try:
            turn = await channel.turn(call, self.left)
            self.began = min(self.began, channel.pacing.monotonic())
            seconds = min(call.seconds, max(channel.deadline.grace, self.left()))
            if seconds <= 0:
                raise Unavailable(
                    f"{call} was not sent: the time of {channel.deadline.seconds:.3g} s is over",
                    request=call.name,
                )
            self.number += 1
            await call.before()
            clean = self.credentials.clean
            reply = await exchange(http, call, headers=headers, seconds=seconds, clean=clean)
            seen = exchange_of(call, reply, channel.pacing.now(), clean)
            self.is_known = not seen.unexpected
            channel.on_exchange(seen)
        finally:
            channel.places.put_nowait(http)
        if reply.status == HTTPStatus.TOO_MANY_REQUESTS:
            asked = wait_asked(reply.headers, now=channel.pacing.now()) or 0.0
            channel.limiter.was_refused(turn, seconds=min(asked, HOLD_SECONDS))
        else:
            channel.limiter.went_well()
        return reply

    def told(self, error: Unavailable) -> Unavailable:
        """Return *error* with the number of tries, if there were more than one, and what helps."""
        if nothing_listens(error):
            error.hint = start_emulator(self.call)
        if self.number > 1:
            error.args = (f"{error}; tried {self.number} times in {self.elapsed:.0f} s",)
        return error
