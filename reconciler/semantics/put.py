"""PUT mapping: it creates and never replaces (api.md#put-creates)."""

from collections.abc import Iterator, Mapping

from reconciler.diagnostics import Confidence
from reconciler.model.document import Document
from reconciler.semantics.body import (
    attribute_refusal,
    duplicate_ids,
    ids_in_use,
    placed_types,
    type_refusal,
    unknown_in_mappings,
    unknown_references,
)
from reconciler.semantics.response import Accepted, Code, Outcome, Refusal, Refused, Subject
from reconciler.semantics.server_defaults import NewId, as_stored, without_ignored_keys


def put(
    live: Document | None,
    body: Document,
    *,
    elsewhere: Mapping[str, str],
    new_id: NewId,
) -> Outcome:
    """Return the outcome of PUTting *body* to a source.

    *elsewhere* holds the external ids in use by other sources of the site, each with its
    location (SCHEMA_INVALID_EXTERNAL_ID). *new_id* generates the external id of an element
    without one from its name path.
    """
    if live is not None:
        exists = Refusal(
            code=Code.MAPPING_EXISTS,
            text="a mapping already exists for this import",
            subject=Subject(part="schema"),
            pointer="",
            confidence=Confidence.DOCUMENTED,
        )
        return Refused(refusals=(exists,))
    refusals = (
        *duplicate_ids(body),
        *ids_in_use(body, elsewhere),
        *_names_twice(body),
        *unknown_references(body),
        *unknown_in_mappings(body, body.object_types),
    )
    if refusals:
        return Refused(refusals=refusals)
    return Accepted(live=as_stored(without_ignored_keys(body), new_id))


def _names_twice(body: Document) -> Iterator[Refusal]:
    """EXTERNAL_ID_MISMATCH within the payload: two elements with one name and one parent."""
    seen: set[tuple[str, ...]] = set()
    for placed_type in placed_types(body.object_types):
        if placed_type.names in seen:
            yield type_refusal(
                placed_type,
                Code.EXTERNAL_ID_MISMATCH,
                f'two object types are named "{placed_type.object_type.name}" under one parent',
                Confidence.INFERRED,
            )
        seen.add(placed_type.names)
        attributes: set[str] = set()
        for attribute, pointer in placed_type.attributes():
            if attribute.name in attributes:
                yield attribute_refusal(
                    placed_type,
                    attribute,
                    pointer,
                    code=Code.EXTERNAL_ID_MISMATCH,
                    text=f'two attributes of "{placed_type.object_type.name}" are named '
                    f'"{attribute.name}"',
                    confidence=Confidence.INFERRED,
                )
            attributes.add(attribute.name)
