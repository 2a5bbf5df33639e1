"""How an ingestion runs: apart from `context`, for help has its defaults and loads no journal."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class IngestOptions:
    """How to run: chunks in flight at once, and seconds to wait for the API and for a lock.

    `timeout` bounds each wait for the API, with all requests and pauses in it: until an
    execution accepts data, until it has one chunk, until the data are processed.
    """

    parallelism: int = 4
    timeout: float = 3600.0
    lock_timeout: float = 60.0
