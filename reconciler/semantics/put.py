"""PUT mapping: it creates, and never replaces (api.md section 2)."""

from collections.abc import Callable, Mapping

from reconciler.model.document import Document
from reconciler.semantics.outcome import Outcome

NewId = Callable[[tuple[str, ...]], str]


def put(
    live: Document | None,
    body: Document,
    *,
    elsewhere: Mapping[str, str],
    new_id: NewId,
) -> Outcome:
    """Return what becomes of a source when *body* is PUT.

    *elsewhere* holds the external ids in use by other sources of the site, each with
    where it is (SCHEMA_INVALID_EXTERNAL_ID). *new_id* gives the external id for an
    element without one, by its name path.
    """
    raise NotImplementedError
