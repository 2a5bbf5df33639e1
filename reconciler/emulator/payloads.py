"""The body of a PUT or PATCH of a mapping: read, or why it is refused, in the form of a 400."""

from collections.abc import Iterable
from typing import Any

from reconciler.emulator.call import EmulatorReply, json_object, json_reply
from reconciler.manifest.schemas import schema_faults
from reconciler.model.document import Document
from reconciler.model.wire import has_external_ids, read_document
from reconciler.semantics.questions import LIKELIEST, Profile, Question
from reconciler.semantics.response import Refusal

# The API's answer to a body that violates its JSON Schema is unknown; this code is ours.
SCHEMA_VALIDATION = "SCHEMA_VALIDATION"

Entry = dict[str, str]


def read_payload(body: bytes) -> Document | list[Entry]:
    """Return the document in *body*, or why it is invalid: not JSON, or not by its JSON Schema.

    Any external id selects the schema of 2023-10-19, none that of 2021-09-15
    (api.md#payload-versions).
    """
    try:
        raw = json_object(body)
    except ValueError as error:
        return [entry(SCHEMA_VALIDATION, str(error))]
    kind = "payload-2023-10-19" if has_external_ids(raw) else "payload-2021-09-15"
    found = [entry(SCHEMA_VALIDATION, f.text, f.pointer) for f in schema_faults(kind, raw)]
    return found or read_document(raw)


def entry(code: str, message: str, pointer: str = "") -> Entry:
    """Return one entry of `dataValidationErrors`: `code` is observed, the others are ours."""
    return {"code": code, "message": message, "pointer": pointer}


def refusal_entries(refusals: Iterable[Refusal]) -> list[Entry]:
    """Return the entries for the refusals of `semantics`."""
    return [entry(r.code, r.text, r.pointer) for r in refusals]


def refusal_reply(found: list[Entry], profile: Profile = LIKELIEST) -> EmulatorReply:
    """Return the 400 in its one recorded shape (api.md#body-of-a-400), or what *profile* has."""
    body: dict[str, Any] = {"dataValidationErrors": found}
    if profile.has(Question.REFUSAL_BODY, "error-messages"):
        messages = [f"{e['code']}: {e['message']}" for e in found]
        body = {"errorMessages": messages, "errors": {e["pointer"]: e["code"] for e in found}}
    elif profile.has(Question.REFUSAL_BODY, "other"):
        body = {"code": 400, "message": as_message(found)}
    return json_reply(body, status=400)


def as_message(found: list[Entry]) -> str:
    """Return *found* as the `resultMessage` of an operation that failed in progress (ours)."""
    return "; ".join(f"{e['code']}: {e['message']}" for e in found)
