"""Rate limits, as the forges tell of them: each becomes a 429 that names its wait.

GitHub answers 403 where others answer 429, and names the moment in epoch seconds; without
any, one waits a minute (docs.github.com: Rate limits for the REST API; Best practices).
GitLab's RateLimit-Reset is such a moment too (docs.gitlab.com: User and IP rate limits).
"""

from datetime import datetime
from http import HTTPStatus

import httpx

from reconciler.assets.call import Call
from reconciler.assets.retry import LONGEST_WAIT_ASKED, wait_asked
from reconciler.errors import RateLimited

_UNNAMED_WAIT = 60.0


def as_429(call: Call, response: httpx.Response, *, now: datetime) -> httpx.Response:
    """Return *response*, as a 429 with Retry-After if it tells of a rate limit.

    Raises RateLimited where the wait is longer than anybody would sit through.
    """
    if not _is_limit(response):
        return response
    wait = wait_asked(response.headers, now=now)
    if wait is None:
        wait = _until_reset(response, now)
    if wait > LONGEST_WAIT_ASKED:
        raise RateLimited(
            f"{call} was turned away: the rate limit is reached, and the next request is "
            f"welcome in {wait:.0f} s",
            request=call.name,
            status=response.status_code,
            hint="try again then, or give the job a token with a limit of its own",
        )
    return httpx.Response(
        HTTPStatus.TOO_MANY_REQUESTS,
        headers={"Retry-After": f"{wait:.0f}"},
        text=response.text,
        request=response.request,
    )


def _is_limit(response: httpx.Response) -> bool:
    if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        return True
    return response.status_code == HTTPStatus.FORBIDDEN and (
        "Retry-After" in response.headers
        or response.headers.get("X-RateLimit-Remaining") == "0"
        or "secondary rate limit" in response.text
    )


def _until_reset(response: httpx.Response, now: datetime) -> float:
    if response.headers.get("X-RateLimit-Remaining", "0") == "0":
        for name in ("X-RateLimit-Reset", "RateLimit-Reset"):
            if (at := response.headers.get(name, "")).isascii() and at.isdigit():
                return max(0.0, float(at) - now.timestamp())
    return _UNNAMED_WAIT
