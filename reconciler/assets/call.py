"""One request as a value, and its name in errors."""

import re
from dataclasses import dataclass

import httpx

from reconciler.backend import Fence, no_fence

_BEFORE_BYTES = (".send_request_headers.started", ".send_request_body.started")
_UUID = re.compile(r"([0-9a-fA-F]{4})[0-9a-fA-F]{4}-[0-9a-fA-F-]{27}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A request for *source*: `body` is JSON bytes, `read_timeout` None for the default.

    `fence` is called last thing before the headers, and before the body, go out.
    """

    source: str
    method: str
    url: httpx.URL
    body: bytes | None = None
    read_timeout: float | None = None
    fence: Fence = no_fence

    @property
    def writes(self) -> bool:
        """Whether it may change something."""
        return self.method != "GET"

    @property
    def name(self) -> str:
        """Its name in errors: `PUT importsource/4d40…/mapping`."""
        path = _UUID.sub(r"\1…", url_path(self.url))
        _, _, tail = path.rpartition("/v1/")
        return f"{self.method} {tail}"

    async def trace(self, event: str, _: object) -> None:
        """Call the fence when httpcore, which names its steps as *event*, is about to send."""
        if event.endswith(_BEFORE_BYTES):
            self.fence()

    def __str__(self) -> str:
        """Return the name and the source."""
        return f"{self.name} ({self.source})"


def url_path(url: httpx.URL) -> str:
    """Return the path of *url* as it is sent, percent-encoded."""
    return url.raw_path.partition(b"?")[0].decode("ascii")
