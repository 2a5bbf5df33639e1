"""The emulator in process: no socket, no port, the same client (design.md#floors)."""

import logging
from http import HTTPStatus
from typing import Any

import httpx

# The nominal address of the embedded backend. Loopback, so that plain http is allowed.
EMBEDDED_BASE_URL = "http://localhost/jsm/assets"

_log = logging.getLogger(__name__)


def embedded_transport(app: Any) -> httpx.AsyncBaseTransport:
    """Return a transport that calls the ASGI application *app* instead of a server.

    The application's exceptions are treated as a server would: a ConnectionError cuts the
    connection, any other is a 500.
    """
    return _InProcess(app)


class _InProcess(httpx.AsyncBaseTransport):
    def __init__(self, app: Any) -> None:
        self._asgi = httpx.ASGITransport(app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await self._asgi.handle_async_request(request)
        except ConnectionError as error:
            raise httpx.ReadError("cut by the application", request=request) from error
        except Exception:  # noqa: BLE001 - any bug of the application is a 500, as on a server
            _log.debug("the application failed", exc_info=True)
            return httpx.Response(HTTPStatus.INTERNAL_SERVER_ERROR, request=request)
