"""When a request is repeated, and after what wait (api.md#rate-limits).

The loop is our own: httpx-retries and stamina take no sleep as an argument, and what tenacity
does around one that succeeds at once took an eighth of a request's time.
"""

import asyncio
import random
import re
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ssl import SSLCertVerificationError

import httpx

from reconciler.assets.call import Call
from reconciler.assets.reply import Reply
from reconciler.assets.strict_reading import unexpected_in
from reconciler.backend.requests import Exchange
from reconciler.errors import Unavailable
from reconciler.loopback import is_loopback
from reconciler.regex import regex
from reconciler.value import Value

ATTEMPTS = 5
# Where nothing listens on this machine: one that is being started has a second to be up.
ATTEMPTS_HERE = 3
# Half a second, doubled each time; the jitter takes up to half of it away.
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 8.0

# All of them, and those that the API is yet to have: `RateLimit`, `Beta-RateLimit-Policy`.
_LIMITS = regex(r"rate-?limit", re.IGNORECASE)
_SECONDS = regex(r"\d+(\.\d+)?", re.ASCII)


class RetryPolicy(Value):
    """The statuses after which a request is repeated, and whether it is if it may have acted."""

    statuses: frozenset[int]
    may_have_acted: bool


READS = RetryPolicy(statuses=frozenset({408, 425, 429, 502, 503, 504}), may_have_acted=True)
# Only if nothing can have happened: no connection, or rejected before processing.
WRITES = RetryPolicy(statuses=frozenset({429}), may_have_acted=False)
# Only if there was no connection.
ONCE = RetryPolicy(statuses=frozenset(), may_have_acted=False)


class Pacing(Value):
    """Sleep, two clocks and randomness (0 ≤ x < 1): the machine's unless others are given."""

    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    monotonic: Callable[[], float] = time.monotonic
    rng: Callable[[], float] = random.random


REAL_TIME = Pacing()


async def with_retries(
    send: Callable[[], Awaitable[Reply]],
    *,
    policy: RetryPolicy,
    pacing: Pacing,
    left: Callable[[], float],
    on_pause: Callable[[Reply | Unavailable, float], None],
) -> Reply:
    """Return the last answer that *send* got, or raise its last error.

    No pause begins that would not end within *left* seconds: what asks for a longer one is the
    last answer. *on_pause* is called before each pause with its reason and its seconds.
    """
    attempt = 0
    while True:
        attempt += 1
        outcome: Reply | Unavailable
        try:
            outcome = await send()
        except Unavailable as error:
            if not may_repeat(error, policy):
                raise
            outcome = error
        else:
            if outcome.status not in policy.statuses:
                return outcome
        pause = pause_after(outcome, attempt, pacing)
        is_down = isinstance(outcome, Unavailable) and nothing_listens(outcome)
        if attempt >= (ATTEMPTS_HERE if is_down else ATTEMPTS) or pause >= left():
            if isinstance(outcome, Reply):
                return outcome
            raise outcome
        on_pause(outcome, pause)
        await pacing.sleep(pause)


def may_repeat(error: Unavailable, policy: RetryPolicy) -> bool:
    """Return whether *error* may be temporary, and *policy* allows a repetition."""
    return (policy.may_have_acted or not error.sent) and not is_certificate_fault(error)


def is_certificate_fault(error: BaseException) -> bool:
    """Return whether the server's certificate was rejected, which no retry will fix."""
    return any(isinstance(each, SSLCertVerificationError) for each in _causes(error))


def nothing_listens(error: BaseException) -> bool:
    """Return whether this machine itself refused the connection.

    Plain http bypasses the proxies: it was no proxy that refused.
    """
    causes = list(_causes(error))
    to = [each.request.url for each in causes if isinstance(each, httpx.ConnectError)]
    is_here = any(url.scheme == "http" and is_loopback(url.host) for url in to)
    return is_here and any(isinstance(each, ConnectionRefusedError) for each in causes)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield *error* and what led to it; of a host's several addresses, the first that failed."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        group = cause.exceptions[0] if isinstance(cause, BaseExceptionGroup) else None
        cause = group or cause.__cause__ or cause.__context__


def pause_after(outcome: Reply | Unavailable, attempt: int, pacing: Pacing) -> float:
    """Return the wait after *attempt*: as requested, otherwise growing with jitter."""
    if isinstance(outcome, Reply):
        asked = wait_asked(outcome.headers, now=pacing.now())
        if asked is not None:
            # All sources are given the same moment; a little later each still respects it.
            return asked + pacing.rng()
    grown: float = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (attempt - 1))
    return grown * (1 - pacing.rng() / 2)


def wait_asked(headers: httpx.Headers, *, now: datetime) -> float | None:
    """Return the seconds that Retry-After or else X-RateLimit-Reset requests, if readable.

    Retry-After is seconds or an HTTP date, X-RateLimit-Reset an ISO 8601 time
    (api.md#rate-limits). A time in the past requests nothing.
    """
    after = headers.get("Retry-After", "").strip()
    if _SECONDS.fullmatch(after):
        return float(after)
    moment = _http_date(after) or _iso_8601(headers.get("X-RateLimit-Reset", "").strip())
    if moment is None:
        return None
    seconds = (moment - now).total_seconds()
    return seconds if seconds > 0 else None


def exchange_of(
    call: Call, reply: Reply, received: datetime, clean: Callable[[str], str]
) -> Exchange:
    """Return what *reply* says of time and limits (api.md#points), and what of it is not known.

    *clean* removes secrets.
    """
    limits = {name: text for name, text in reply.headers.items() if _LIMITS.search(name)}
    return Exchange(
        source=call.source,
        request=call.name,
        received=received,
        date=_http_date(reply.headers.get("Date", "")),
        limits=limits,
        unexpected=unexpected_in(call, reply, limits, clean),
    )


def _http_date(text: str) -> datetime | None:
    try:
        return _in_utc(parsedate_to_datetime(text))
    except (ValueError, OverflowError):
        return None


def _iso_8601(text: str) -> datetime | None:
    try:
        return _in_utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return None


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
