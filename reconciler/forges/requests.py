"""One request to a forge's API: to the configured origin only, retried as its kind allows.

Every rate limit becomes a 429 with its wait. GitHub answers 403 where others answer 429, and
gives the time in epoch seconds; without one, clients wait a minute (docs.github.com: Rate
limits for the REST API; Best practices). GitLab's RateLimit-Reset is such a time too
(docs.gitlab.com: User and IP rate limits). The shape of answers is checked on arrival.
"""

import json
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any, NoReturn

import httpx

from reconciler.assets.auth import Credentials, is_sendable
from reconciler.assets.bounds import FORGE_SECONDS
from reconciler.assets.call import Call
from reconciler.assets.exchange import exchange, open_client
from reconciler.assets.failures import NO_CONNECTION
from reconciler.assets.links import Site, site
from reconciler.assets.reply import NotJson, Reply
from reconciler.assets.retry import READS, REAL_TIME, WRITES, Pacing, wait_asked, with_retries
from reconciler.backend.requests import Deadline
from reconciler.errors import Unavailable, UnreadableAnswer, WrongUsage
from reconciler.forges.refusals import Refusals, forge_error
from reconciler.regex import regex
from reconciler.value import Value, replace

_UNNAMED_WAIT = 60.0
# Thousands of digits are no number of seconds to work with.
_FOR_EVER = 1e9


def as_429(reply: Reply, *, now: datetime) -> Reply:
    """Return *reply*, as a 429 with Retry-After if it reports a rate limit."""
    if not _is_limit(reply):
        return reply
    wait = wait_asked(reply.headers, now=now)
    if wait is None:
        wait = _until_reset(reply, now)
    headers = httpx.Headers({"Retry-After": f"{min(wait, _FOR_EVER):.0f}"})
    return replace(reply, status=HTTPStatus.TOO_MANY_REQUESTS, headers=headers)


def _is_limit(reply: Reply) -> bool:
    if reply.status == HTTPStatus.TOO_MANY_REQUESTS:
        return True
    return reply.status == HTTPStatus.FORBIDDEN and (
        "Retry-After" in reply.headers
        or reply.headers.get("X-RateLimit-Remaining") == "0"
        or "secondary rate limit" in reply.text
    )


def _until_reset(reply: Reply, now: datetime) -> float:
    if reply.headers.get("X-RateLimit-Remaining", "0") == "0":
        for name in ("X-RateLimit-Reset", "RateLimit-Reset"):
            if (at := reply.headers.get(name, "")).isascii() and at.isdigit():
                return max(0.0, float(at) - now.timestamp())
    return _UNNAMED_WAIT


# Nobody reads a pull request with more comments, and a server that always names a next page is
# broken.
MOST_PAGES = 200
_NEXT = regex(r'<([^<>]*)>[^<>]*;\s*rel="?next\b')


class Page(Value):
    """One answer: its JSON, and the link to the next page if a header has one."""

    call: Call
    json: Any
    next: str | None


class Wire(Value):
    """The connection to the API of one forge; `refusals` says what to do about each refusal.

    `deadline` bounds all that a command asks of it, from its first request on.
    """

    forge: str
    site: Site
    http: httpx.AsyncClient
    access: Credentials
    refusals: Refusals
    headers: Mapping[str, str]
    pacing: Pacing
    deadline: Deadline

    async def send(self, method: str, path: str, body: Any = None) -> Page:
        """Return the answer to a request for *path* (encoded already) below the base URL."""
        return await self._send(method, self.site.at(path), body)

    async def at_origin(self, method: str, path: str, body: Any = None) -> Page:
        """Return the answer to a request for the absolute *path* on the same origin."""
        return await self._send(method, self.site.base.copy_with(raw_path=path.encode()), body)

    async def pages(self, path: str, *, next_in_body: bool = False) -> AsyncIterator[Page]:
        """Yield each page from *path* on. A next link to another origin is an error."""
        page = await self.send("GET", path)
        yield page
        for _ in range(MOST_PAGES):
            link = page.next
            if next_in_body:
                link = page.json.get("next") if isinstance(page.json, dict) else None
            if not isinstance(link, str) or not link:
                return
            page = await self._send("GET", self.site.follow(link, after=page.call), None)
            yield page
        self.unreadable(page.call, f"names more than {MOST_PAGES} pages")

    def unreadable(self, call: Call, how: str) -> NoReturn:
        """Raise UnreadableAnswer: the answer to *call* is not as documented."""
        raise UnreadableAnswer(
            f"the answer to {call} {how}", request=call.name, sent=call.writes
        ) from None

    async def aclose(self) -> None:
        """Close the connections."""
        await self.http.aclose()

    async def _send(self, method: str, url: httpx.URL, body: Any) -> Page:
        content = None if body is None else json.dumps(body).encode()
        call = Call(source=self.forge, method=method, url=url, body=content)
        try:
            reply = await with_retries(
                partial(self._once, call),
                policy=WRITES if method == "POST" else READS,
                pacing=self.pacing,
                left=self.deadline.left,
                on_pause=lambda *_: None,
            )
        except Unavailable as error:
            if error.hint == NO_CONNECTION:
                error.hint = self.refusals.no_connection
            raise
        if not reply.is_success:
            now = self.pacing.now()
            raise forge_error(call, reply, self.access.clean, self.refusals, now=now)
        try:
            value = reply.json if reply.body else None
        except NotJson as error:
            self.unreadable(call, str(error))
        following = _NEXT.search(reply.headers.get("Link", ""))
        return Page(call=call, json=value, next=following[1] if following else None)

    async def _once(self, call: Call) -> Reply:
        headers = httpx.Headers({**self.headers, self.access.header: self.access.value})
        if call.body is not None:
            headers["Content-Type"] = "application/json"
        if (left := self.deadline.left()) <= 0:
            raise Unavailable(
                f"{call} was not sent: the time of {self.deadline.seconds:g} s is over",
                request=call.name,
            )
        reply = await exchange(
            self.http,
            call,
            headers=headers,
            seconds=min(call.seconds, left),
            clean=self.access.clean,
            private=True,
        )
        return as_429(reply, now=self.pacing.now())


class OnWire(Value):
    """What speaks to one API, until it is closed."""

    wire: Wire

    async def aclose(self) -> None:
        """Close the connections."""
        await self.wire.aclose()


def open_wire(
    *,
    forge: str,
    base_url: str,
    variable: str,
    access: Credentials,
    refusals: Refusals,
    headers: Mapping[str, str],
    pacing: Pacing = REAL_TIME,
) -> Wire:
    """Return the connection to the API at *base_url*, the value of *variable*.

    Raises WrongUsage unless it is https, or http to this machine, and if no header can carry
    the token.
    """
    if not all(map(is_sendable, access.secrets)):
        raise WrongUsage(
            "the token holds characters that no header can carry", hint=refusals.no_token
        )
    found = site(base_url, name=variable, kind=WrongUsage)
    return Wire(
        forge=forge,
        site=found,
        http=open_client(found.base),
        access=access,
        refusals=refusals,
        headers=headers,
        pacing=pacing,
        deadline=Deadline.after(FORGE_SECONDS, pacing.monotonic),
    )


def object_list(page: Page, raw: Any) -> list[Mapping[str, Any]]:
    """Return *raw*, a part of *page*, as a list of objects. Raises UnreadableAnswer otherwise."""
    if not isinstance(raw, list) or not all(isinstance(entry, dict) for entry in raw):
        raise _unreadable(page, "a list of objects")
    return raw


def as_object(page: Page, raw: Any) -> Mapping[str, Any]:
    """Return *raw*, a part of *page*, as an object. Raises UnreadableAnswer otherwise."""
    if not isinstance(raw, dict):
        raise _unreadable(page, "an object")
    return raw


def text_of(page: Page, raw: Mapping[str, Any], name: str) -> str:
    """Return the text *name* of *raw*. Raises UnreadableAnswer if there is none."""
    value = raw.get(name)
    if not isinstance(value, str) or not value:
        raise _unreadable(page, f"an object with {name}")
    return value


def account_of(raw: Any, name: str) -> str | None:
    """Return the *name* of the account *raw*, None where it has none."""
    found = raw.get(name) if isinstance(raw, dict) else None
    return found if isinstance(found, str) else None


def _unreadable(page: Page, wanted: str) -> UnreadableAnswer:
    return UnreadableAnswer(
        f"the answer to {page.call} is not {wanted}, as documented",
        request=page.call.name,
        sent=page.call.writes,
    )
