"""PUT mapping: it creates and never replaces (api.md#put-creates)."""

from collections.abc import Mapping

from reconciler.diagnostics import Confidence
from reconciler.model.document import Document, ObjectType, amended, each, each_type, walk_types
from reconciler.semantics.patch import patch
from reconciler.semantics.questions import LIKELIEST, Profile, Question
from reconciler.semantics.response import Accepted, Code, Outcome, Refusal, Refused
from reconciler.semantics.server_defaults import NewId
from reconciler.value import replace

_EXISTS = Refusal(
    code=Code.MAPPING_EXISTS,
    text="a mapping already exists for this import",
    pointer="",
    confidence=Confidence.DOCUMENTED,
)
_TYPES_EXIST = Refusal(
    code=Code.UNSUPPORTED_CHANGE,
    text="the object schema has object types already",
    pointer="",
    confidence=Confidence.UNKNOWN,
)


def put(
    live: Document | None,
    body: Document,
    *,
    configured: bool = False,
    elsewhere: Mapping[str, str],
    new_id: NewId,
    profile: Profile = LIKELIEST,
) -> Outcome:
    """Return the outcome of PUTting *body* to a source whose object schema holds *live*.

    *configured* tells whether the source has a mapping. What PUT does to object types that are
    there already is unknown: without a *profile* it is taken to amend them as PATCH does
    (api.md#a-source-without-a-mapping). See `patch` for *elsewhere* and *new_id*.
    """
    if configured:
        return Refused(refusals=(_EXISTS,))
    there = live or Document(name=body.name, description=body.description)
    if there.object_types and profile.has(Question.PUT_BESIDE_TYPES, "refused"):
        return Refused(refusals=(_TYPES_EXIST,))
    outcome = patch(there, body, elsewhere=elsewhere, new_id=new_id)
    if isinstance(outcome, Accepted) and profile.has(Question.PUT_BESIDE_TYPES, "stays"):
        return replace(outcome, live=_with_types_as_before(outcome.live, there))
    return outcome


def _with_types_as_before(after: Document, before: Document) -> Document:
    """Return *after* with the types and attributes of *before* as they were; new ones stay."""
    types = {t.external_id: t for t, _ in walk_types(before.object_types)}

    def of_type(object_type: ObjectType) -> ObjectType:
        was = types.get(object_type.external_id)
        if was is None:
            return object_type
        known = {a.external_id: a for a in was.attributes}
        return amended(
            object_type,
            description=was.description,
            icon_key=was.icon_key,
            attributes=each(lambda a: known.get(a.external_id, a), object_type.attributes),
        )

    return amended(after, object_types=each_type(of_type, after.object_types))
