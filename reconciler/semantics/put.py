"""PUT mapping: it creates and never replaces (api.md#put-creates)."""

from collections.abc import Mapping

from reconciler.diagnostics import Confidence
from reconciler.model.document import Document
from reconciler.semantics.patch import patch
from reconciler.semantics.response import Code, Outcome, Refusal, Refused
from reconciler.semantics.server_defaults import NewId

_EXISTS = Refusal(
    code=Code.MAPPING_EXISTS,
    text="a mapping already exists for this import",
    pointer="",
    confidence=Confidence.DOCUMENTED,
)


def put(
    live: Document | None,
    body: Document,
    *,
    configured: bool = False,
    elsewhere: Mapping[str, str],
    new_id: NewId,
) -> Outcome:
    """Return the outcome of PUTting *body* to a source whose object schema holds *live*.

    *configured* tells whether the source has a mapping. What PUT does to object types that are
    there already is unknown: it is taken to amend them as PATCH does
    (api.md#a-source-without-a-mapping). See `patch` for *elsewhere* and *new_id*.
    """
    if configured:
        return Refused(refusals=(_EXISTS,))
    there = live or Document(name=body.name, description=body.description)
    return patch(there, body, elsewhere=elsewhere, new_id=new_id)
