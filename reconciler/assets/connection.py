"""The connection of one client to a site: its base URL, credentials, pace and deadline."""

import copy
from collections.abc import Callable
from typing import Self

import httpx

from reconciler.assets.auth import Credentials
from reconciler.assets.channel import Channel, places_of
from reconciler.assets.exchange import open_clients
from reconciler.assets.limiter import Limiter
from reconciler.assets.links import site
from reconciler.assets.retry import REAL_TIME, Pacing
from reconciler.backend.requests import Deadline, OnExchange, OnPause, Pause, ignore_exchange
from reconciler.value import replace

# What sends a request, where that is not the network.
Transport = httpx.AsyncBaseTransport


def ignore_pause(_: Pause) -> None:
    """Ignore a pause."""


class Connection:
    """What all clients of Assets have in common: `site` and `channel`, a deadline and an end."""

    BASE_URL = "baseUrl"  # the key of the base URL in messages

    def __init__(
        self,
        *,
        base_url: str,
        credentials: Callable[[str], Credentials],
        transport: Transport | None = None,
        connections: int = 10,
        requests_per_minute: int | None = None,
        read_only: bool = False,
        on_pause: OnPause = ignore_pause,
        on_exchange: OnExchange = ignore_exchange,
        pacing: Pacing = REAL_TIME,
    ) -> None:
        """Store how to reach the API at *base_url*; nothing is sent, no secret is resolved yet.

        *credentials* is called with a source's name for each request for it, *on_pause* before
        each wait: before a retry, or for the limiter if it takes more than a second, and
        *on_exchange* with what the headers of each answer say. A
        *read_only* client raises ReconcilerError instead of sending anything that writes.
        Without *requests_per_minute* there is no pace, only the holds of a 429.
        Raises ReconcilerError if the base URL or the environment's TLS or proxy settings cannot
        be used.
        """
        self.site = site(base_url, name=self.BASE_URL)
        self._clients = open_clients(self.site.base, transport=transport, connections=connections)
        self.channel = Channel(
            places=places_of(self._clients, connections),
            credentials=credentials,
            pacing=pacing,
            limiter=Limiter(
                requests_per_minute=requests_per_minute,
                monotonic=pacing.monotonic,
                rng=pacing.rng,
            ),
            on_pause=on_pause,
            on_exchange=on_exchange,
            reads_only=read_only,
        )

    def with_deadline(self, deadline: Deadline) -> Self:
        """Return this client with calls that end by *deadline*; connections and pace are shared.

        Without time left a call has the deadline's grace and is not repeated; if the limiter's
        turn comes too late, it is not sent at all (RateLimited).
        """
        bounded = copy.copy(self)
        bounded.channel = replace(self.channel, deadline=deadline)
        return bounded

    async def aclose(self) -> None:
        """Close the connections."""
        for http in self._clients:
            await http.aclose()
