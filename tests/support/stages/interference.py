"""Somebody else's request in the middle of a run: before one of its writes, or behind that."""

from collections.abc import Awaitable, Callable

import httpx

_WRITES = frozenset({"PUT", "PATCH", "DELETE"})


class Interference(httpx.AsyncBaseTransport):
    """A transport that lets *act* happen once, at the run's write number *at*, from 0.

    Between a check and what it checked for, unless it is *behind*: then before that is read back.
    """

    def __init__(
        self,
        transport: httpx.AsyncBaseTransport,
        act: Callable[[], Awaitable[None]],
        *,
        at: int,
        behind: bool,
    ) -> None:
        self._transport, self._act, self._left, self._behind = transport, act, at, behind

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        is_write = request.method in _WRITES or request.url.path.endswith("/position")
        is_now = is_write and self._left == 0
        self._left -= is_write
        if is_now and not self._behind:
            await self._act()
        response = await self._transport.handle_async_request(request)
        if is_now and self._behind:
            await self._act()
        return response
