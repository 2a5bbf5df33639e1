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
from typing import Literal
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.convertors import StringConvertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from reconciler.emulator import executions, injection, sources, submissions
from reconciler.emulator.access import (
    ADMINISTRATOR,
    SCHEMA_MANAGER,
    UNAUTHORIZED,
    Caller,
    allowed_source,
    caller_of,
)
from reconciler.emulator.administration import TASKS, AdministratorCall, Task
from reconciler.emulator.call import (
    EmulatorCall,
    EmulatorReply,
    Place,
    error_reply,
)
from reconciler.emulator.companion import handlers as companion
from reconciler.emulator.companion.call import CompanionCall
from reconciler.emulator.fault_box import FaultBox
from reconciler.emulator.faults import (
    LIVE,
    EmulatorOptions,
    FaultKind,
    InjectedFault,
    parse_fault,
)
from reconciler.emulator.middleware import EncodedPath, KnownHost, response_of
from reconciler.emulator.object_schemas import create_source, lagging
from reconciler.emulator.operations import (
    BASES,
    CLOUD_BASE,
    COMPANION_ROUTES,
    ROUTES,
    ApiOperation,
)
from reconciler.emulator.store import Store, count_request
from reconciler.semantics.questions import Question
from reconciler.value import replace

__all__ = ["ConnectionCut", "EmulatorOptions", "InjectedFault", "create_app", "parse_fault"]

# The ASGI extension that lets a fault cut the server's connection.
CUT = "reconciler.emulator.cut"

# A request has so long for its head, and so long for its body of at most so many bytes.
REQUEST_SECONDS = 60.0
LARGEST_BODY = 64 * 2**20

# For so many seconds the old configuration is shown, if it is.
_LAG = 2.0

# The slices of an import that one request waits for: about a second of work.
SLICES = 16

Handler = Callable[[sqlite3.Connection, EmulatorCall, EmulatorOptions], EmulatorReply]
Reply = Callable[[ApiOperation, Request, bytes], EmulatorReply | None]

HANDLERS: dict[ApiOperation, Handler] = {
    ApiOperation.PUT_MAPPING: submissions.put_mapping,
    ApiOperation.PATCH_MAPPING: submissions.patch_mapping,
    ApiOperation.GET_PROGRESS: submissions.get_progress,
    ApiOperation.GET_CONFIGSTATUS: sources.get_configstatus,
    ApiOperation.GET_SCHEMA_AND_MAPPING: sources.get_schema_and_mapping,
    ApiOperation.START_EXECUTION: executions.start_execution,
    ApiOperation.CANCEL_EXECUTION: executions.cancel_execution,
    ApiOperation.PUT_PROGRESS: executions.put_progress,
    ApiOperation.POST_DATA: executions.post_data,
    ApiOperation.GET_EXECUTION_STATUS: executions.get_execution_status,
    ApiOperation.GET_LATEST_EXECUTION: executions.get_latest_execution,
    ApiOperation.FAIL_EXECUTION: executions.fail_execution,
    ApiOperation.CREATE_TOKEN: sources.create_token,
    ApiOperation.GET_SOURCE: sources.get_source,
    ApiOperation.GET_SCHEDULE: sources.get_schedule,
    ApiOperation.GET_INFO: sources.get_info,
}


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
    tables = (ROUTES, emulator.reply), (COMPANION_ROUTES, emulator.companion_reply)
    routes = [
        Route(f"/{{base:base}}{path}", emulator.endpoint(operation, reply), methods=[method])
        for table, reply in tables
        for operation, (method, path) in table.items()
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

    def endpoint(
        self, operation: ApiOperation, reply: Reply
    ) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            body = await _body(request)
            if self.options.latency:
                await self.sleep(self.options.latency)
            await self.faults.hold(operation, self.sleep)
            try:
                await self.process(operation, request)
                given = reply(operation, request, body)
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
                place = allowed_source(self.caller(tx, request), _place(request), operation)
                if place is None or self.faults.never_ends():
                    return
                if not executions.import_slice(tx, place):
                    return
            await asyncio.sleep(0)

    def reply(self, operation: ApiOperation, request: Request, body: bytes) -> EmulatorReply | None:
        """Return the answer, None if a fault prevents one."""
        now = self.now()
        with self.store.transaction() as tx:
            place = allowed_source(self.caller(tx, request), _place(request), operation)
            if place is None:
                return UNAUTHORIZED
            call = EmulatorCall(
                origin=f"{request.url.scheme}://{request.url.netloc}",
                place=place,
                resource=unquote(request.path_params.get("resource", "")),
                is_async=request.query_params.get("async", "").lower() == "true",
                body=body,
                now=now,
            )
            create_source(tx, place, now)
            count_request(tx, operation, place)
            frozen = self.faults.never_ends()
            fault = self.faults.take(operation)
            if fault is not None:
                if fault.kind is FaultKind.DROP_BEFORE:
                    return None
                if (reply := injection.instead_of_acting(fault, operation, now)) is not None:
                    return reply
                if fault.kind is FaultKind.FAILS:
                    submissions.fail(tx, call.resource, injection.FAILED_IN_PROGRESS)
            ended_before = submissions.submission_has_ended(tx, call.resource)
            if not frozen:
                submissions.advance_submissions(tx, place, now, self.options)
                executions.advance_imports(tx, place, now)
            reply = self.handled(tx, operation, call, fault)
        if fault is None:
            return reply
        if fault.kind is FaultKind.DROP_AFTER:
            return None
        return injection.spoil(fault, reply, ended_before=ended_before)

    def companion_reply(
        self, operation: ApiOperation, request: Request, body: bytes
    ) -> EmulatorReply | None:
        """Return the answer to a companion operation, None if a fault prevents one."""
        now = self.now()
        ids = {name: unquote(value) for name, value in request.path_params.items()}
        call = CompanionCall(
            origin=f"{request.url.scheme}://{request.url.netloc}",
            workspace=ids["workspace"],
            ids=ids,
            query=dict(request.query_params),
            body=body,
            now=now,
        )
        with self.store.transaction() as tx:
            if self.caller(tx, request) is not SCHEMA_MANAGER:
                return UNAUTHORIZED
            # No import source is named.
            count_request(tx, operation, Place(call.workspace, ""))
            fault = self.faults.take(operation)
            if fault is not None:
                if fault.kind is FaultKind.DROP_BEFORE:
                    return None
                if (reply := injection.instead_of_acting(fault, operation, now)) is not None:
                    return reply
            has_effect = fault is None or fault.kind is not FaultKind.NO_EFFECT
            reply = companion.answer(tx, operation, call, self.options, has_effect=has_effect)
        if fault is None or not has_effect:
            return reply
        return None if fault.kind is FaultKind.DROP_AFTER else injection.spoil(fault, reply)

    def handled(
        self,
        tx: sqlite3.Connection,
        operation: ApiOperation,
        call: EmulatorCall,
        fault: InjectedFault | None,
    ) -> EmulatorReply:
        if fault is not None and fault.kind is FaultKind.LAGS:
            seconds = None if fault.value is None else float(fault.value)
        elif operation in LIVE and self.options.profile.has(Question.READ_AFTER_WRITE, "old"):
            seconds = _LAG
        else:
            return HANDLERS[operation](tx, call, self.options)
        with lagging(tx, call.place, now=call.now, seconds=seconds):
            return HANDLERS[operation](tx, call, self.options)

    def caller(self, tx: sqlite3.Connection, request: Request) -> Caller | None:
        return caller_of(tx, request.headers.get("authorization"), self.options)

    def administrated(self, task: Task) -> Callable[[Request], Awaitable[Response]]:
        """Return the endpoint that does *task* for the administrator."""

        async def answer(request: Request) -> Response:
            body = await _body(request)
            with self.store.transaction() as tx:
                if self.caller(tx, request) is not ADMINISTRATOR:
                    return response_of(UNAUTHORIZED)
                names = {key: unquote(value) for key, value in request.path_params.items()}
                call = AdministratorCall(
                    method=request.method, names=names, body=body, now=self.now()
                )
                try:
                    return response_of(task(tx, self.faults, call, self.options))
                except ValueError as error:
                    return response_of(error_reply(400, str(error)))

        return answer


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


def _place(request: Request) -> Place | None:
    ids = request.path_params
    return Place(unquote(ids["workspace"]), unquote(ids["source"])) if "source" in ids else None


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
