"""The emulator in process: no socket, no port, the same client (design.md section 3)."""

from typing import Any

import httpx

# Where the embedded backend claims to live. Loopback, so that plain http is allowed.
EMBEDDED_BASE_URL = "http://localhost/jsm/assets"


def embedded_transport(app: Any) -> httpx.AsyncBaseTransport:
    """Return a transport that calls the ASGI application *app* instead of a server.

    An exception of the application is a 500, as a server would answer it.
    """
    return httpx.ASGITransport(app, raise_app_exceptions=False)
