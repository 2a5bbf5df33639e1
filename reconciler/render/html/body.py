"""The body of an operation, for people: the same value that is sent, with line ends."""

import json
from dataclasses import dataclass
from urllib.parse import urlencode

from reconciler.model.canonical import canonical_json
from reconciler.planning.plan import Operation
from reconciler.render.escape import escape_json
from reconciler.render.plan_closing import size


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One call as the page shows it."""

    line: str
    size: str
    digest: str
    body: str


def request(operation: Operation) -> Request:
    """Return what is shown of *operation*."""
    query = f"?{urlencode(operation.query)}" if operation.query else ""
    return Request(
        line=f"{operation.method} {operation.path}{query}",
        size=size(len(canonical_json(operation.body))),
        digest=operation.body_digest,
        body=escape_json(json.dumps(operation.body, ensure_ascii=False, indent=2)),
    )
