"""PATCH mapping: what it can change, and what it refuses (api.md section 3)."""

from collections.abc import Mapping
from enum import StrEnum

from reconciler.model.document import Document
from reconciler.semantics.outcome import Outcome
from reconciler.semantics.put import NewId


class Undocumented(StrEnum):
    """What is assumed of the changes that nobody has documented (label, cardinalities, …)."""

    APPLY = "apply"
    IGNORE = "ignore"
    REFUSE = "refuse"


def patch(
    live: Document,
    body: Document,
    *,
    elsewhere: Mapping[str, str],
    new_id: NewId,
    undocumented: Undocumented = Undocumented.APPLY,
) -> Outcome:
    """Return what becomes of a configured source when *body* is sent by PATCH.

    See `put` for *elsewhere* and *new_id*.
    """
    raise NotImplementedError
