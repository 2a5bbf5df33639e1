"""One request to the API: authorised, paced, time-limited, retried as its kind allows."""

import asyncio
import logging
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from reconciler import __version__
from reconciler.assets.answers import LOCATION, Answer
from reconciler.assets.auth import Credentials
from reconciler.assets.call import Call
from reconciler.assets.failures import CREDENTIALS_HINT, from_httpx, from_status, retry_reason
from reconciler.assets.limiter import Limiter, Turn
from reconciler.assets.retry import (
    LONGEST_WAIT_ASKED,
    READS,
    WRITES,
    Pacing,
    wait_asked,
    with_retries,
)
from reconciler.backend import OnPause, Pause
from reconciler.errors import RateLimited, ReconcilerError, Unauthorized

# Shorter than servers keep idle connections (uvicorn: 5 s): a write on a connection that is
# just being closed would have an unknown outcome needlessly.
_KEEP_ALIVE = 4.0


_WHY_HELD = "the API's limit was reached"
_WHY_PACED = "requests are paced (policy.requestsPerMinute)"
# Shorter waits for a turn are not reported.
_WORTH_TELLING = 1.0
# What a request gets when no time is left: settling reads live even after the deadline.
_BRIEFLY = 5.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Channel:
    """The connection to the API: one client for all sources, and the credentials of each.

    `whole_timeout` limits one request with its entire answer: a server that sends a byte now
    and then never runs into a read time-out. `left` limits the waiting of a call.
    """

    http: httpx.AsyncClient
    credentials: Callable[[str], Credentials]
    # httpx slows down with many requests waiting for its pool: they wait here instead.
    places: asyncio.Semaphore
    pacing: Pacing
    limiter: Limiter
    on_pause: OnPause
    whole_timeout: float
    left: Callable[[], float] = lambda: math.inf

    async def send(self, call: Call) -> Answer:
        """Return the answer to *call* if it is below 400; raise a BackendError otherwise.

        The caller has checked that the URL is on the configured origin.
        """
        credentials = self.credentials(call.source)
        if not credentials.are_sendable:
            raise Unauthorized(
                f"{call} was not sent: the token is empty or holds characters "
                "that no header can carry",
                request=call.name,
                hint=CREDENTIALS_HINT,
            )

        def tell(outcome: httpx.Response | BaseException, seconds: float) -> None:
            self._tell(call, retry_reason(call, outcome), seconds, retry=True)

        try:
            response = await with_retries(
                partial(self._once, call, credentials),
                policy=WRITES if call.writes else READS,
                pacing=self.pacing,
                left=self.left,
                on_pause=tell,
            )
        except httpx.RequestError as error:
            raise from_httpx(call, error) from error
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            raise from_status(call, response.status_code, credentials.clean(response.text))
        return Answer(call=call, response=response, clean=credentials.clean)

    async def _once(self, call: Call, credentials: Credentials) -> httpx.Response:
        # httpx's own headers hide this one in their repr.
        headers = httpx.Headers({"Authorization": credentials.authorization})
        if call.body is not None:
            headers["Content-Type"] = "application/json"
        timeout = self.http.timeout
        if call.read_timeout is not None:
            timeout = httpx.Timeout(
                connect=timeout.connect,
                read=call.read_timeout,
                write=timeout.write,
                pool=timeout.pool,
            )
        async with self.places:
            turn = await self._turn(call)
            try:
                async with asyncio.timeout(self._longest(call)):
                    # Here too, for a transport that opens no connection and traces nothing.
                    call.fence()
                    response = await self.http.request(
                        call.method,
                        call.url,
                        content=call.body,
                        headers=headers,
                        timeout=timeout,
                        extensions={"trace": call.trace},
                    )
            except TimeoutError as error:
                raise httpx.ReadTimeout("the whole answer did not come in time") from error
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            asked = wait_asked(response.headers, now=self.pacing.now()) or 0.0
            self.limiter.was_refused(turn, seconds=min(asked, LONGEST_WAIT_ASKED))
        else:
            self.limiter.went_well()
        return response

    async def _turn(self, call: Call) -> Turn:
        """Return the turn in which *call* may be sent now, after waiting for it.

        Raises RateLimited if that would take longer than the time left.
        """
        while (turn := self.limiter.turn()).wait > 0:
            why = _WHY_HELD if turn.held else _WHY_PACED
            # The pace never prevents a last look; a 429's hold is waited for like any other.
            if turn.wait > max(0.0 if turn.held else _BRIEFLY, self.left()):
                raise RateLimited(
                    f"{call} was not sent: {why}, and its turn in {turn.wait:.0f} s is too late",
                    request=call.name,
                    hint="lower --parallelism, allow more time, or try again later",
                )
            if turn.wait > _WORTH_TELLING:
                self._tell(call, why, turn.wait, retry=False)
            await self.pacing.sleep(turn.wait)
            if self.limiter.holds(turn):
                break
        return turn

    def _longest(self, call: Call) -> float:
        """Return how many seconds one request with its entire answer may take."""
        return min(max(self.whole_timeout, call.read_timeout or 0.0), max(_BRIEFLY, self.left()))

    def _tell(self, call: Call, why: str, seconds: float, *, retry: bool) -> None:
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


def open_client(
    base: httpx.URL,
    *,
    transport: httpx.AsyncBaseTransport | None,
    connections: int,
    connect_timeout: float,
    read_timeout: float,
    read_only: bool = False,
) -> httpx.AsyncClient:
    """Return the client for the site at *base*: pooled, TLS verified, no redirects, no cookies.

    A *read_only* client sends nothing but GET, whoever calls it.
    Proxies and SSL_CERT_FILE come from the environment; plain http, allowed for loopback only,
    bypasses the proxies, since they would see the token. Raises ReconcilerError if the
    environment's certificates or proxies cannot be used.
    """
    try:
        return httpx.AsyncClient(
            transport=transport,
            http2=False,
            verify=True,
            trust_env=base.scheme == "https",
            follow_redirects=False,
            timeout=httpx.Timeout(
                connect=connect_timeout, read=read_timeout, write=read_timeout, pool=connect_timeout
            ),
            limits=httpx.Limits(
                max_connections=connections,
                max_keepalive_connections=connections,
                keepalive_expiry=_KEEP_ALIVE,
            ),
            event_hooks={
                "request": [_refuse_writes] if read_only else [],
                "response": [_set_location_aside],
            },
            headers={"User-Agent": f"reconciler/{__version__}", "Accept": "application/json"},
            # A session of one source's token must not be used for another.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        )
    except (OSError, ValueError, ImportError, httpx.InvalidURL) as error:
        raise ReconcilerError(
            "the connection cannot be set up from the environment",
            hint="check SSL_CERT_FILE, SSL_CERT_DIR and the proxy variables",
        ) from error


async def _refuse_writes(request: httpx.Request) -> None:
    """Raise ReconcilerError before anything but a GET is sent: a read must not change anything."""
    if request.method != "GET":
        raise ReconcilerError(
            f"{request.method} was not sent: this command only reads",
            hint="this is a bug of reconciler; nothing was changed",
        )


async def _set_location_aside(response: httpx.Response) -> None:
    """Hide the Location header from httpx.

    Even without following redirects httpx parses it, and a malformed one raises an error
    instead of returning an answer that says that a write was accepted.
    """
    response.extensions[LOCATION] = response.headers.pop("Location", None)
