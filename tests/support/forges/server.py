"""A forge for tests, on a real socket: what the servers of the three have in common."""

import asyncio
import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

# Planted: none of it may be anywhere but in the header of a request.
TOKEN = "planted-s3cr3t-token-0123456789"
BOT = "plans-bot"
STRANGER = "stranger"
# The answer to what a server does not let in, or None.
Refused = Callable[[Request], Response | None]


@dataclass
class Pull:
    """What one pull request has, and what was asked of the server."""

    comments: list[dict[str, Any]] = field(default_factory=list)
    labels: list[str] = field(default_factory=lambda: ["bug"])
    reports: dict[str, Any] = field(default_factory=dict)
    annotations: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    # Given in place of the next answers, in this order.
    instead: list[Response] = field(default_factory=list)
    page_size: int | None = None
    url: str = ""

    def writes(self) -> list[str]:
        """Return what was asked that writes, and forget it."""
        found = [each for each in self.asked if not each.startswith("GET")]
        self.asked.clear()
        return [each for each in found if not each.endswith(("/graphql", "/search/jql"))]

    def paged(
        self, request: Request, entries: list[Any], size: int
    ) -> tuple[list[Any], str | None]:
        """Return the page that is asked for, and the URL of the next."""
        size = min(size, self.page_size or size)
        page = int(request.query_params.get("page", "1"))
        more = len(entries) > page * size
        following = str(request.url.include_query_params(page=page + 1)) if more else None
        return entries[(page - 1) * size : page * size], following

    def linked(self, request: Request, entries: list[Any], *, default: int) -> Response:
        """Answer with the page that is asked for; a header names the next."""
        size = min(100, int(request.query_params.get("per_page", default)))
        page, following = self.paged(request, entries, size)
        headers = {"Link": f'<{following}>; rel="next"'} if following else {}
        return JSONResponse(page, headers=headers)

    def new_id(self) -> int:
        return 1_000 + len(self.comments)


async def body_of(request: Request) -> Any:
    return json.loads(await request.body())


def answered(status: int, message: str, **headers: str) -> Response:
    return JSONResponse({"message": message}, status, headers=headers)


def guarded(route: Route, refused: Refused) -> Route:
    """Return *route* behind what is *refused* whatever was asked for."""

    async def answer(request: Request) -> Response:
        response: Response = refused(request) or await route.endpoint(request)
        return response

    return Route(route.path, answer, methods=route.methods)


@contextlib.contextmanager
def serving(routes: list[Route], desk: Pull, refused: Refused = lambda _: None) -> Iterator[None]:
    """Serve *routes* on a free port of this machine until the block ends."""
    app = Starlette(routes=[guarded(route, refused) for route in routes])

    async def noted(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            desk.asked.append(f"{scope['method']} {scope['path']}")
            if desk.instead:
                await desk.instead.pop(0)(scope, receive, send)
                return
        await app(scope, receive, send)

    with listening(noted) as desk.url:
        yield


@contextlib.contextmanager
def listening(app: Any) -> Iterator[str]:
    """Serve the ASGI application *app* on a free port until the block ends; yield its origin."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, lifespan="off", ws="none", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(
        target=lambda: asyncio.run(server.serve(sockets=[listener])), daemon=True
    )
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()
