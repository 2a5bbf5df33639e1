"""One request as a value, and its name in errors."""

import httpx

from reconciler.assets.bounds import READ_SECONDS, WRITE_SECONDS
from reconciler.backend.requests import BeforeSending, Fence, no_fence, nothing_before
from reconciler.regex import regex
from reconciler.value import Value

_UUID = regex(r"([0-9a-fA-F]{4})[0-9a-fA-F]{4}-[0-9a-fA-F-]{27}")


class Call(Value):
    """A request for *source*: `body` is JSON bytes, `patience` None for the default.

    `before` is awaited before each attempt, `fence` called last thing before the headers, and
    before the body, go out. One that `asks` only reads, whatever its method is. What goes out
    `once` is not even sent again after a 429: its caller looks first what became of it.
    """

    source: str
    method: str
    url: httpx.URL
    body: bytes | None = None
    patience: float | None = None
    asks: bool = False
    once: bool = False
    fence: Fence = no_fence
    before: BeforeSending = nothing_before

    @property
    def writes(self) -> bool:
        """Whether it may change something."""
        return self.method != "GET" and not self.asks

    @property
    def seconds(self) -> float:
        """What one request with its whole answer may take."""
        return self.patience or (WRITE_SECONDS if self.writes else READ_SECONDS)

    @property
    def name(self) -> str:
        """Its name in errors: `PUT importsource/4d40…/mapping`."""
        path = _UUID.sub(r"\1…", url_path(self.url))
        _, _, tail = path.rpartition("/v1/")
        return f"{self.method} {tail}"

    def __str__(self) -> str:
        """Return the name and the source."""
        return f"{self.name} ({self.source})"


def url_path(url: httpx.URL) -> str:
    """Return the path of *url* as it is sent, percent-encoded."""
    return url.raw_path.partition(b"?")[0].decode("ascii")
