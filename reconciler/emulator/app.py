"""The emulator as an ASGI app: requests to calls, replies to responses.

For `httpx.ASGITransport` in process, and for `server.serve`. Every request is one
transaction: identifying the caller, counting, advancing pending work, and the operation. Only
the work of an import is done before, in transactions of its own.
"""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.convertors import StringConvertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from reconciler.emulator import executions, injection, submissions
from reconciler.emulator.access import (
    ADMINISTRATOR,
    SCHEMA_MANAGER,
    UNAUTHORIZED,
    Caller,
    allowed_source,
    caller_of,
)
from reconciler.emulator.administration import TASKS, AdministratorCall, Task
from reconciler.emulator.call import EmulatorReply, Place, SourceCall, error_reply
from reconciler.emulator.companion import handlers as companion
from reconciler.emulator.companion.call import CompanionCall
from reconciler.emulator.fault_box import FaultBox
from reconciler.emulator.faults import (
    LIVE,
    EmulatorOptions,
    FaultKind,
    InjectedFault,
)
from reconciler.emulator.handlers import HANDLERS
from reconciler.emulator.middleware import EncodedPath, KnownHost, response_of
from reconciler.emulator.object_schemas import create_source, lagging
from reconciler.emulator.store import Store, count_request
from reconciler.semantics.operations import BASES, CLOUD_BASE, ApiOperation
from reconciler.semantics.questions import Question
from reconciler.value import replace

# The ASGI extension that lets a fault cut the server's connection.
CUT = "reconciler.emulator.cut"

# A request has so long for its head, and so long for its body of at most so many bytes.
REQUEST_SECONDS = 60.0
LARGEST_BODY = 64 * 2**20

# For so many seconds the old configuration is shown, if it is.
_LAG = 2.0

# The slices of an import that one request waits for: about a second of work.
SLICES = 16


class ConnectionCut(ConnectionResetError):
    """A fault cuts the connection, but the app runs in process and there is no socket to cut."""


class _Base(StringConvertor):
    """The part of a path before the workspace, in any of its forms."""

    regex = "|".join(base.removeprefix("/") for base in (*BASES, CLOUD_BASE))


register_url_convertor("base", _Base())


def create_app(
    db: Path | Literal[":memory:"],
    options: EmulatorOptions,
    *,
    bound: str = "localhost",
    now: Callable[[], float] = time.time,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Starlette:
    """Return an emulator whose data are in *db*, for a server that listens on *bound*.

    `app.state.close()` closes the file; a server's lifespan does so itself.
    `app.state.faults` is for tests that add and clear faults.
    Raises ReconcilerError if *db* cannot be opened.
    """
    emulator = _Emulator(Store(db), options, now, sleep)
    routes = [
        Route(f"/{{base:base}}{each.path}", emulator.endpoint(each), methods=[each.method])
        for each in ApiOperation
    ]
    routes += [
        Route(f"/emulator/{path}", emulator.administrated(task), methods=methods)
        for path, (methods, task) in TASKS.items()
    ]

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        app.state.close()

    app = Starlette(
        routes=routes,
        middleware=[Middleware(KnownHost, bound=bound), Middleware(EncodedPath)],
        exception_handlers={HTTPException: _no_such_route},
        lifespan=lifespan,
    )
    app.state.close = emulator.store.close
    app.state.faults = emulator.faults
    return app


class _Emulator:
    """The state and helpers shared by all endpoints."""

    def __init__(
        self,
        store: Store,
        options: EmulatorOptions,
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self.store = store
        self.options = options
        self.now = now
        self.sleep = sleep
        self.faults = FaultBox(options.faults)

    def endpoint(self, operation: ApiOperation) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            body = await _body(request)
            if self.options.latency:
                await self.sleep(self.options.latency)
            await self.faults.hold(operation, self.sleep)
            try:
                await self.process(operation, request)
                given = self.reply(operation, request, body)
            except RecursionError:
                given = error_reply(400, "The body is nested too deeply")
            except sqlite3.Error as error:
                given = error_reply(500, f"The emulator's data cannot be used: {error}")
            return await _cut(request) if given is None else response_of(given)

        return answer

    async def process(self, operation: ApiOperation, request: Request) -> None:
        """Continue the import of the source, alternating with other requests."""
        for _ in range(SLICES):
            with self.store.transaction() as tx:
                place = self.place(tx, operation, request)
                if place is None or self.faults.never_ends():
                    return
                if not executions.import_slice(tx, place):
                    return
            await asyncio.sleep(0)

    def reply(self, operation: ApiOperation, request: Request, body: bytes) -> EmulatorReply | None:
        """Return the answer, None if a fault prevents one."""
        with self.store.transaction() as tx:
            call = self.call(tx, operation, request, body)
            if call is None:
                return UNAUTHORIZED
            count_request(tx, operation, call.place)
            frozen = self.faults.never_ends()
            fault = self.faults.take(operation)
            if fault is not None:
                if fault.kind is FaultKind.DROP_BEFORE:
                    return None
                if (reply := injection.instead_of_acting(fault, operation, call.now)) is not None:
                    return reply
                if fault.kind is FaultKind.FAILS:
                    submissions.fail(tx, call.resource, injection.FAILED_IN_PROGRESS)
            ended_before = submissions.submission_has_ended(tx, call.resource)
            if isinstance(call, SourceCall):
                if not frozen:
                    submissions.advance_submissions(call)
                    executions.advance_imports(call)
                reply = _handled(operation, call, fault)
            else:
                has_effect = fault is None or fault.kind is not FaultKind.NO_EFFECT
                reply = companion.answer(operation, call, has_effect=has_effect)
        return reply if fault is None else injection.spoil(fault, reply, ended_before=ended_before)

    def call(
        self, tx: sqlite3.Connection, operation: ApiOperation, request: Request, body: bytes
    ) -> SourceCall | CompanionCall | None:
        """Return the call that the request is, None if the caller may not make it."""
        known = self.known_of(tx, request, body)
        if operation.is_companion:
            is_manager = self.caller(tx, request) is SCHEMA_MANAGER
            return CompanionCall(**known) if is_manager else None
        place = self.place(tx, operation, request)
        if place is None:
            return None
        create_source(tx, place, known["now"])
        return SourceCall(place=place, **known)

    def known_of(self, tx: sqlite3.Connection, request: Request, body: bytes) -> dict[str, Any]:
        """Return what every call has."""
        return {
            "tx": tx,
            "options": self.options,
            "origin": f"{request.url.scheme}://{request.url.netloc}",
            "ids": _ids(request),
            "query": dict(request.query_params),
            "body": body,
            "now": self.now(),
        }

    def place(
        self, tx: sqlite3.Connection, operation: ApiOperation, request: Request
    ) -> Place | None:
        """Return the import source that the caller may do *operation* on, None without one."""
        ids = _ids(request)
        wanted = Place(ids["workspace"], ids["source"]) if "source" in ids else None
        return allowed_source(self.caller(tx, request), wanted, operation)

    def caller(self, tx: sqlite3.Connection, request: Request) -> Caller | None:
        return caller_of(tx, request.headers.get("authorization"), self.options)

    def administrated(self, task: Task) -> Callable[[Request], Awaitable[Response]]:
        """Return the endpoint that does *task* for the administrator."""

        async def answer(request: Request) -> Response:
            body = await _body(request)
            with self.store.transaction() as tx:
                if self.caller(tx, request) is not ADMINISTRATOR:
                    return response_of(UNAUTHORIZED)
                known = self.known_of(tx, request, body)
                call = AdministratorCall(method=request.method, faults=self.faults, **known)
                try:
                    return response_of(task(call))
                except ValueError as error:
                    return response_of(error_reply(400, str(error)))

        return answer


def _handled(
    operation: ApiOperation, call: SourceCall, fault: InjectedFault | None
) -> EmulatorReply:
    if fault is not None and fault.kind is FaultKind.LAGS:
        seconds = None if fault.value is None else float(fault.value)
    elif operation in LIVE and call.profile.has(Question.READ_AFTER_WRITE, "old"):
        seconds = _LAG
    else:
        return HANDLERS[operation](call)
    with lagging(call, seconds=seconds):
        return HANDLERS[operation](call)


async def _body(request: Request) -> bytes:
    """Return the body. Raises HTTPException if it is too large or does not come in time."""
    body = bytearray()
    try:
        async with asyncio.timeout(REQUEST_SECONDS):
            async for part in request.stream():
                body += part
                if len(body) > LARGEST_BODY:
                    raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except TimeoutError:
        raise HTTPException(HTTPStatus.REQUEST_TIMEOUT) from None
    return bytes(body)


def _ids(request: Request) -> dict[str, str]:
    return {name: unquote(value) for name, value in request.path_params.items()}


async def _cut(request: Request) -> Response:
    """Cut the connection without an answer."""
    server = request.scope.get("extensions", {}).get(CUT)
    if server is None:
        raise ConnectionCut("a fault of the emulator cut the connection")
    server["abort"]()
    while (await request.receive())["type"] != "http.disconnect":
        pass
    return Response()  # nobody receives it


async def _no_such_route(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    reply = error_reply(error.status_code, error.detail)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        # Each method of a path is a route of its own.
        matching = [r for r in request.app.routes if r.matches(request.scope)[0] is not Match.NONE]
        allowed = ", ".join(sorted({method for route in matching for method in route.methods}))
        reply = replace(reply, headers={**reply.headers, "allow": allowed})
    return response_of(reply)
