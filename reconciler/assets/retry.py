"""When a request is sent again, and after what wait (api.md section 8).

tenacity runs the loop: unlike httpx-retries and stamina it takes the sleep as an
argument, reads the wait off the answer and lets reads and writes differ by what failed.
"""

import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ssl import SSLCertVerificationError

import httpx
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, retry_if_result
from tenacity import stop_after_attempt as stop_after

ATTEMPTS = 5
# Half a second, doubled each time; the jitter takes up to half of it away.
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 8.0
# The API's limit is by the minute, so no honest server asks for much more than one.
LONGEST_WAIT_ASKED = 120.0

_log = logging.getLogger(__name__)
_SECONDS = re.compile(r"\d{1,9}(\.\d+)?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """The statuses and the failures after which a request may go out again."""

    statuses: frozenset[int]
    failures: tuple[type[httpx.TransportError], ...]


READS = Policy(
    statuses=frozenset({429, 502, 503, 504}),
    failures=(httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError),
)
# Only where nothing can have happened: no connection, or turned away at the door.
WRITES = Policy(statuses=frozenset({429}), failures=(httpx.ConnectError,))


@dataclass(frozen=True, kw_only=True, slots=True)
class Pacing:
    """Sleep, wall clock and randomness (0 ≤ x < 1), given by the caller."""

    sleep: Callable[[float], Awaitable[None]]
    now: Callable[[], datetime]
    rng: Callable[[], float]


async def with_retries(
    send: Callable[[], Awaitable[httpx.Response]], *, policy: Policy, pacing: Pacing, name: str
) -> httpx.Response:
    """Return the last answer that *send* got, or raise the last error that it met."""

    def pause(state: RetryCallState) -> float:
        return pause_after(state, pacing)

    def tell(state: RetryCallState) -> None:
        _log.info("%s is sent again in %.1f s", name, state.upcoming_sleep)

    loop = AsyncRetrying(
        sleep=pacing.sleep,
        stop=stop_after(ATTEMPTS),
        wait=pause,
        retry=retry_if_exception(lambda error: may_repeat(error, policy))
        | retry_if_result(lambda answer: answer.status_code in policy.statuses),
        before_sleep=tell,
        retry_error_callback=_last,
    )
    return await loop(send)


def may_repeat(error: BaseException, policy: Policy) -> bool:
    """Return whether *error* can be another one next time, and *policy* lets us see."""
    return isinstance(error, policy.failures) and not is_certificate_fault(error)


def is_certificate_fault(error: BaseException) -> bool:
    """Return whether the server's certificate was refused, which no retry will cure."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, SSLCertVerificationError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def pause_after(state: RetryCallState, pacing: Pacing) -> float:
    """Return the wait before the next attempt: as asked, else growing; never two alike."""
    answer = None
    if state.outcome is not None and not state.outcome.failed:
        answer = state.outcome.result()
    asked = wait_asked(answer.headers, now=pacing.now()) if answer is not None else None
    if asked is not None:
        # All sources are told the same moment; a little later each does not break the wish.
        return min(asked, LONGEST_WAIT_ASKED) + pacing.rng()
    grown: float = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (state.attempt_number - 1))
    return grown * (1 - pacing.rng() / 2)


def wait_asked(headers: httpx.Headers, *, now: datetime) -> float | None:
    """Return the seconds that Retry-After or else X-RateLimit-Reset asks for, if readable.

    Retry-After is seconds or an HTTP date, X-RateLimit-Reset an ISO 8601 moment
    (api.md section 8). A moment that has passed asks for nothing.
    """
    after = headers.get("Retry-After", "").strip()
    if _SECONDS.fullmatch(after):
        return float(after)
    moment = _http_date(after) or _iso_8601(headers.get("X-RateLimit-Reset", "").strip())
    if moment is None:
        return None
    seconds = (moment - now).total_seconds()
    return seconds if seconds > 0 else None


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


def _last(state: RetryCallState) -> httpx.Response:
    if state.outcome is None:  # pragma: no cover - tenacity calls this after an attempt only
        raise RuntimeError("no attempt was made")
    response: httpx.Response = state.outcome.result()
    return response
