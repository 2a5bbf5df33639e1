"""Around the routes: what every request passes first, and a reply as Starlette's response."""

from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from reconciler.emulator.access import is_known_host
from reconciler.emulator.call import EmulatorReply, error_reply


class EncodedPath:
    """Routes on the undecoded path: an id may contain an encoded slash."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before *app*."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through with its undecoded path."""
        if scope["type"] == "http" and scope.get("raw_path"):
            scope = {**scope, "path": scope["raw_path"].decode("latin-1")}
        await self.app(scope, receive, send)


class KnownHost:
    """Refuses requests for other hosts; links in answers name the host that was asked for."""

    def __init__(self, app: ASGIApp, bound: str) -> None:
        """Stand before *app*, whose server listens on *bound*."""
        self.app = app
        self.bound = bound

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer 421."""
        host = Headers(scope=scope).get("host") if scope["type"] == "http" else None
        if host is None or is_known_host(host, self.bound):
            await self.app(scope, receive, send)
        else:
            reply = error_reply(HTTPStatus.MISDIRECTED_REQUEST, f"{host} is not served here")
            await response_of(reply)(scope, receive, send)


def response_of(reply: EmulatorReply) -> Response:
    """Return *reply* as Starlette's response."""
    return Response(reply.content, reply.status, dict(reply.headers))
