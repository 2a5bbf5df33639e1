"""Live documents and bodies of PATCH, for tables about what the API makes of them."""

from typing import Any

from reconciler.model.document import Document
from reconciler.model.wire import read_document, write_document
from reconciler.semantics.patch import patch
from reconciler.semantics.put import put
from reconciler.semantics.response import Accepted
from tests.support.documents.site_document import Edit, Json, document


def generated(names: tuple[str, ...]) -> str:
    """Return the external id that the server gives to what has none."""
    return f"generated/{'/'.join(names)}"


def live(*edits: Edit) -> Document:
    """Return what lives after a PUT of the document with *edits*."""
    outcome = put(None, read_document(document(*edits)), elsewhere={}, new_id=generated)
    assert isinstance(outcome, Accepted)
    return outcome.live


def partial(*elements: Json, mappings: tuple[Json, ...] = (), **parts: Any) -> Document:
    """Return a PATCH body with these root types and mappings, and *parts* of the schema."""
    return read_document(
        {
            "schema": {
                "objectSchema": {"name": "", "description": "", "objectTypes": list(elements)},
                **parts,
            },
            "mapping": {"objectTypeMappings": list(mappings)},
        }
    )


def of_type(external_id: str, name: str, *attributes: Json, **fields: Any) -> Json:
    return {
        "externalId": external_id,
        "name": name,
        "description": "",
        "attributes": list(attributes),
        **fields,
    }


def of_attribute(external_id: str, name: str, **fields: Any) -> Json:
    return {"externalId": external_id, "name": name, "description": "", "type": "text", **fields}


def of_mapping(external_id: str | None, name: str, *entries: Json, **fields: Any) -> Json:
    named = {"objectTypeExternalId": external_id} if external_id else {}
    return {
        **named,
        "objectTypeName": name,
        "selector": "x",
        "description": "",
        "attributesMapping": list(entries),
        **fields,
    }


def of_entry(external_id: str | None, name: str, *locators: str, **fields: Any) -> Json:
    named = {"attributeExternalId": external_id} if external_id else {}
    return {**named, "attributeName": name, "attributeLocators": list(locators), **fields}


def patched(body: Document, *edits: Edit, **options: Any) -> Json:
    """Return live, made with *edits*, after *body*."""
    outcome = patch(live(*edits), body, elsewhere={}, new_id=generated, **options)
    assert isinstance(outcome, Accepted), outcome
    return write_document(outcome.live)
