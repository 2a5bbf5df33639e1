"""From the bytes of a PUT or PATCH to a document, or the entries of the 400 that they get."""

from collections.abc import Iterable
from typing import Any

from reconciler.emulator.call import Reply, json_reply, parse_json
from reconciler.manifest.schemas import faults
from reconciler.model.document import Document
from reconciler.model.wire import has_external_ids, read_document
from reconciler.semantics.outcome import Refusal

# What the API answers to a body that breaks its JSON Schema is unknown; this code is ours.
SCHEMA_VALIDATION = "SCHEMA_VALIDATION"

Entry = dict[str, str]


def read_payload(body: bytes) -> Document | list[Entry]:
    """Return the document in *body*, or why it is none: not JSON, or not of its JSON Schema.

    Any external id selects the schema of 2023-10-19, none that of 2021-09-15
    (api.md#payload-versions).
    """
    try:
        raw = parse_json(body)
    except ValueError as error:
        return [entry(SCHEMA_VALIDATION, f"the body is not JSON: {error}")]
    if not isinstance(raw, dict):
        return [entry(SCHEMA_VALIDATION, "the body is not a JSON object")]
    kind = "payload-2023-10-19" if has_external_ids(raw) else "payload-2021-09-15"
    found = [entry(SCHEMA_VALIDATION, f.text, f.pointer) for f in faults(kind, raw)]
    return found or read_document(raw)


def entry(code: str, message: str, pointer: str = "") -> Entry:
    """Return one entry of `dataValidationErrors`: `code` is observed, the others are ours."""
    return {"code": code, "message": message, "pointer": pointer}


def entries(refusals: Iterable[Refusal]) -> list[Entry]:
    """Return the entries for what `semantics` refuses."""
    return [entry(r.code, r.text, r.pointer) for r in refusals]


def refused(found: list[Entry]) -> Reply:
    """Return the 400 in its one recorded shape (api.md#body-of-a-400)."""
    body: dict[str, Any] = {"dataValidationErrors": found}
    return json_reply(body, status=400)


def as_message(found: list[Entry]) -> str:
    """Return *found* as the `resultMessage` of an operation that failed in progress (ours)."""
    return "; ".join(f"{e['code']}: {e['message']}" for e in found)
