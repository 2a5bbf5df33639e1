"""One request and its whole answer: the gate to httpx, for Assets, forges and webhooks alike.

Nothing of httpx's comes out but our errors: whatever it raises, whatever decoding raises.

Each request has a connection of its own. On a kept one an answer that nobody asked for (the 408
of an impatient proxy, a second answer glued to the first) would be taken for the answer to the
next request, and a write could not tell whether its connection was just being closed. At the
API's pace a handshake for each request costs nothing.
"""

import asyncio
import ssl
import zlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from contextvars import ContextVar
from functools import partial
from http.cookiejar import CookieJar
from math import ceil
from typing import Any, Protocol, cast

import httpx

from reconciler import __version__
from reconciler.assets.bounds import CONNECT_SECONDS, LARGEST_ANSWER, LARGEST_REFUSAL
from reconciler.assets.call import Call
from reconciler.assets.failures import from_library
from reconciler.assets.reply import Reply
from reconciler.errors import ReconcilerError, UnreadableAnswer

# A client looks at all its connections whenever a request begins or ends.
_OF_A_CLIENT = 10
_LOCATION = "location"
_INFLATED = 2**20
_GZIP = 16 + zlib.MAX_WBITS
_FIRST_ERROR = 400
_BEFORE_BYTES = (".send_request_headers.started", ".send_request_body.started")


class Witness(Protocol):
    """Sees each exchange of a command: makes it by *send*, and returns or raises what that does.

    Neither the headers nor the URL that a request really goes to are shown to it, `clean` takes
    the secrets of both out of a text. What is `private` is about people, not about Assets.
    """

    async def __call__(
        self,
        call: Call,
        send: Callable[[], Awaitable[Reply]],
        *,
        clean: Callable[[str], str],
        private: bool,
    ) -> Reply:
        """Return the answer to *call*."""
        ...


# Of the command that runs: who sees its exchanges, and what answers in place of the network.
WITNESS: ContextVar[Witness | None] = ContextVar("WITNESS", default=None)
STAND_IN: ContextVar[httpx.AsyncBaseTransport | None] = ContextVar("STAND_IN", default=None)


def open_clients(
    base: httpx.URL, *, transport: httpx.AsyncBaseTransport | None, connections: int
) -> tuple[httpx.AsyncClient, ...]:
    """Return clients for the site at *base*: TLS verified, no redirects, no cookies.

    Together they have *connections*, or a few more. Proxies and SSL_CERT_FILE come from the
    environment; plain http, allowed for loopback only, bypasses the proxies, since they would
    see the token. Raises ReconcilerError if the environment's certificates or proxies cannot be
    used.
    """
    transport = transport or STAND_IN.get()
    number = ceil(connections / _OF_A_CLIENT) if transport is None else 1
    from_environment = base.scheme == "https"
    try:
        # One for all: to read the certificates takes longer than many requests.
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # it trusts nobody
        if from_environment and transport is None:
            tls = httpx.create_ssl_context()
        return tuple(
            httpx.AsyncClient(
                transport=transport,
                http2=False,
                verify=tls,
                trust_env=from_environment,
                follow_redirects=False,
                # All else is bounded by the seconds of the request.
                timeout=httpx.Timeout(None, connect=CONNECT_SECONDS),
                limits=httpx.Limits(
                    max_connections=ceil(connections / number), max_keepalive_connections=0
                ),
                event_hooks={"response": [_set_location_aside]},
                headers={
                    "User-Agent": f"reconciler/{__version__}",
                    "Accept": "application/json",
                    "Accept-Encoding": "gzip",
                    "Connection": "close",
                },
                cookies=_NoCookies(),
            )
            for _ in range(number)
        )
    except (OSError, ValueError, ImportError, httpx.InvalidURL) as error:
        raise ReconcilerError(
            "the connection cannot be set up from the environment",
            hint="check SSL_CERT_FILE, SSL_CERT_DIR and the proxy variables",
        ) from error


def open_client(base: httpx.URL) -> httpx.AsyncClient:
    """Return a client as `open_clients` does, for one request at a time."""
    (http,) = open_clients(base, transport=None, connections=1)
    return http


class _NoCookies(CookieJar):
    """Takes no cookie: a session of one source's token must not be used for another."""

    def extract_cookies(self, *_: Any) -> None:
        """Read nothing: parsing what a server calls a cookie could only fail."""


async def _set_location_aside(response: httpx.Response) -> None:
    """Hide the Location header from httpx.

    Even without following redirects httpx parses it, and a malformed one raises an error
    instead of returning an answer that says that a write was accepted.
    """
    response.extensions[_LOCATION] = response.headers.pop("Location", None)


async def exchange(
    http: httpx.AsyncClient,
    call: Call,
    *,
    headers: Mapping[str, str],
    seconds: float,
    clean: Callable[[str], str],
    url: httpx.URL | None = None,
    private: bool = False,
) -> Reply:
    """Return the answer to *call*, which is complete within *seconds* from now.

    It is sent to *url* where that is given, since the URL of a call appears in errors. *clean* and
    *private* are what a Witness gets. Raises the BackendErrors of `failures.from_library`, and
    UnreadableAnswer for a body that is too large or cannot be decompressed.
    """
    witness = WITNESS.get()
    if witness is None:
        return await _exchange(http, call, headers, seconds, url)
    send = partial(_exchange, http, call, headers, seconds, url)
    return await witness(call, send, clean=clean, private=private)


async def _exchange(
    http: httpx.AsyncClient,
    call: Call,
    headers: Mapping[str, str],
    seconds: float,
    url: httpx.URL | None,
) -> Reply:
    way = _Way(call)
    try:
        async with asyncio.timeout(seconds):
            request = http.build_request(
                call.method,
                url or call.url,
                content=call.body,
                headers=headers,
                extensions={"trace": way.trace},
            )
            # Here too, for a transport that opens no connection and traces nothing.
            call.fence()
            response = await http.send(request, stream=True)
            try:
                return await _reply(call, response)
            finally:
                await response.aclose()
    except ReconcilerError:
        raise
    except Exception as error:  # any at all: an odd answer must not end the whole run
        raise from_library(call, error, seconds=seconds, departed=way.departed) from error


class _Way:
    """How far a request has come: `departed` is None as long as the transport reports nothing.

    The emulator in process never reports.
    """

    def __init__(self, call: Call) -> None:
        self.call = call
        self.departed: bool | None = None

    async def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Note a step of httpcore; call the fence when it is about to send, once connected."""
        self.departed = bool(self.departed)
        # A proxy's own CONNECT is none of ours.
        if event.endswith(_BEFORE_BYTES) and info["request"].method != b"CONNECT":
            self.call.fence()
            self.departed = True


async def _reply(call: Call, response: httpx.Response) -> Reply:
    body = bytearray()
    why = None
    is_refusal = response.status_code >= _FIRST_ERROR
    largest = LARGEST_REFUSAL if is_refusal else LARGEST_ANSWER
    try:
        async with aclosing(_parts(response)) as parts:
            async for part in parts:
                body += part
                if len(body) > largest:
                    del body[largest:]
                    why = f"is larger than {LARGEST_ANSWER // 2**20} MiB"
                    break
    except _Undecodable as fault:
        why = str(fault)
    if why is not None and not is_refusal:
        raise UnreadableAnswer(
            f"{call}: the answer {why}",
            request=call.name,
            status=response.status_code,
            sent=call.writes,
        )
    return Reply(
        status=response.status_code,
        headers=response.headers,
        body=bytes(body),
        location=response.extensions.get(_LOCATION) or None,
    )


class _Undecodable(Exception):
    """The body cannot be decompressed; the text completes "the answer …"."""


async def _parts(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    """Yield the body as it arrives, decompressed, at most a MiB at a time of what is compressed."""
    stream = cast(httpx.AsyncByteStream, response.stream)
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding in {"", "identity"}:
        async for chunk in stream:
            yield chunk
        return
    if encoding != "gzip":
        raise _Undecodable("is compressed otherwise than asked for")
    gzip = zlib.decompressobj(_GZIP)
    size = 0
    try:
        async for chunk in stream:
            size += len(chunk)
            left = chunk
            while left:
                yield gzip.decompress(left, _INFLATED)
                left = gzip.unconsumed_tail
        yield gzip.flush()
    except zlib.error as error:
        raise _Undecodable("cannot be decompressed") from error
    if size and not gzip.eof:
        raise _Undecodable("cannot be decompressed: its end is missing")
