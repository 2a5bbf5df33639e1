"""What GET returns, made comparable with what was sent (api.md section 4).

Each rule is a function of its own; `normalise` applies them all. A document that
went out and came back is equal after it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.model.document import Document


@dataclass(frozen=True, kw_only=True, slots=True)
class LiveDocument:
    """A normalised GET answer.

    `shown` names the write-only parts that this answer does show after all
    (`icons`, `png48`, `statuses`, `iconKey`, `typeValues`): absent is not null.
    """

    document: Document
    shown: frozenset[str] = frozenset()


def normalise(raw: Mapping[str, Any]) -> LiveDocument:
    """Return the live document that the GET answer *raw* (shape already checked) describes."""
    raise NotImplementedError
