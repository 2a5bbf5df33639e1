"""PUT and PATCH mapping: validated on arrival, taking effect when they end.

An asynchronous submission is a row. It advances a step with every later request for its
source, and ends when its steps and its time are over: nothing sleeps, and a killed emulator
continues where it was. Submissions of one source end in order. Invalid bodies become the
entries of a 400.
"""

import sqlite3
from collections.abc import Iterable
from itertools import count
from typing import Any, Literal
from uuid import NAMESPACE_URL, uuid5

from reconciler.emulator.call import (
    NO_CONTENT,
    EmulatorCall,
    EmulatorReply,
    Place,
    error_reply,
    json_reply,
    parse_body,
)
from reconciler.emulator.faults import EmulatorOptions
from reconciler.emulator.object_schemas import (
    external_ids,
    is_configured,
    mapped_by_others,
    reset_settings,
    save_live,
    shown_of,
    used_elsewhere,
)
from reconciler.emulator.operations import BASES
from reconciler.emulator.schema_and_mapping import generated_id
from reconciler.emulator.store import one
from reconciler.manifest.schemas import schema_faults
from reconciler.model.document import Document, walk_types
from reconciler.model.wire import has_external_ids, read_document
from reconciler.semantics.patch import patch
from reconciler.semantics.put import put
from reconciler.semantics.questions import LIKELIEST, Profile, Question
from reconciler.semantics.response import Code, Refusal, Refused
from reconciler.semantics.server_defaults import NewId
from reconciler.value import Value

# The API's answer to a body that violates its JSON Schema is unknown; this code is ours.
SCHEMA_VALIDATION = "SCHEMA_VALIDATION"

Entry = dict[str, str]


def read_payload(body: bytes) -> Document | list[Entry]:
    """Return the document in *body*, or why it is invalid: not JSON, or not by its JSON Schema.

    Any external id selects the schema of 2023-10-19, none that of 2021-09-15
    (api.md#payload-versions).
    """
    try:
        raw = parse_body(body)
    except ValueError as error:
        return [entry(SCHEMA_VALIDATION, f"the body is not JSON: {error}")]
    if not isinstance(raw, dict):
        return [entry(SCHEMA_VALIDATION, "the body is not a JSON object")]
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


# `ended` of a submission whose end was answered; before that it is 1.
SHOWN = 2
MISSING_MAPPING = "MISSING_MAPPING"
# That children types in several import configurations are not supported is documented, what the
# API answers is not (api.md#several-sources-on-one-object-schema); this code is ours.
CHILD_MAPPED = "CHILD_TYPE_MAPPED_ELSEWHERE"

Verb = Literal["PUT", "PATCH"]

_DONE = {
    "PUT": "Schema and mapping successfully created",
    # Only the sentence above is documented.
    "PATCH": "Schema and mapping successfully updated",
}


def put_mapping(
    tx: sqlite3.Connection, call: EmulatorCall, options: EmulatorOptions
) -> EmulatorReply:
    """Create: 204, or 303, 202 when asynchronous; 409 if a mapping exists or is pending."""
    return _submit(tx, call, options, "PUT")


def patch_mapping(
    tx: sqlite3.Connection, call: EmulatorCall, options: EmulatorOptions
) -> EmulatorReply:
    """Update: 204, or 303, 202 when asynchronous."""
    return _submit(tx, call, options, "PATCH")


def get_progress(
    tx: sqlite3.Connection, call: EmulatorCall, options: EmulatorOptions
) -> EmulatorReply:
    """Answer the status of a submission; 404 for one that this source never had.

    The answer before the end is unknown: like the API's other progress resources, without a
    `result`.
    """
    row = one(
        tx,
        "SELECT verb, ended, failure FROM submissions"
        " WHERE id = ? AND workspace = ? AND source = ?",
        call.resource,
        *call.place,
    )
    if row is None:
        return error_reply(404, "Progress not found")
    if not row["ended"]:
        known = options.profile.has(Question.PROGRESS_WORD, "in-progress")
        return in_progress("IN_PROGRESS" if known else "PROCESSING")
    if row["ended"] == SHOWN and options.profile.has(Question.PROGRESS_LIFE, "gone"):
        return error_reply(404, "Progress not found")
    tx.execute("UPDATE submissions SET ended = ? WHERE id = ?", (SHOWN, call.resource))
    failure = row["failure"]
    return json_reply(
        {
            "progressStatus": "FINISHED",
            "result": "OK" if failure is None else "ERROR",
            "resultMessage": _DONE[row["verb"]] if failure is None else failure,
        }
    )


def in_progress(status: str) -> EmulatorReply:
    """Return the answer of a submission that has not ended."""
    return json_reply({"progressStatus": status})


def advance_submissions(
    tx: sqlite3.Connection, place: Place, now: float, options: EmulatorOptions
) -> None:
    """Take one step with the submissions of *place*, and end those that can end."""
    for row in _pending(tx, place):
        if row["steps_left"] > 0:
            tx.execute(
                "UPDATE submissions SET steps_left = steps_left - 1 WHERE id = ?", (row["id"],)
            )
            return
        if now < row["due"]:
            return
        _end(tx, place, row, now, options)


def submission_has_ended(tx: sqlite3.Connection, resource: str) -> bool:
    """Return whether the submission *resource* exists and has ended."""
    return bool(one(tx, "SELECT count(*) FROM submissions WHERE id = ? AND ended", resource)[0])


def fail(tx: sqlite3.Connection, resource: str, message: str) -> None:
    """End the submission *resource* without effect, unless it has ended."""
    tx.execute(
        "UPDATE submissions SET ended = 1, failure = ? WHERE id = ? AND NOT ended",
        (message, resource),
    )


def _submit(
    tx: sqlite3.Connection, call: EmulatorCall, options: EmulatorOptions, verb: Verb
) -> EmulatorReply:
    expected = _present(tx, call.place)
    for row in _pending(tx, call.place):
        outcome = _judged(tx, call.place, row["verb"], row["body"], there=expected, options=options)
        if isinstance(outcome, Document):
            is_idle = _is_without_effect(row["verb"], expected, options)
            expected = _Present(live=outcome, configured=not is_idle)
    outcome = _judged(tx, call.place, verb, call.body, there=expected, options=options)
    later = call.is_async and not options.profile.has(Question.ASYNC_ANSWER, "204")
    refuses_late = options.profile.has(Question.INVALID_BODY, "in-progress")
    if isinstance(outcome, list) and any(e["code"] == Code.MAPPING_EXISTS for e in outcome):
        return error_reply(409, "A mapping already exists for this import")
    if later and (refuses_late or isinstance(outcome, Document)):
        return _accepted(call, options, _stored(tx, call, options, verb))
    if isinstance(outcome, list):
        return refusal_reply(outcome, options.profile)
    # Earlier submissions take effect first, even if their time has not come.
    for row in _pending(tx, call.place):
        _end(tx, call.place, row, call.now, options)
    if not _is_without_effect(verb, expected, options):
        _take_effect(tx, call.place, call.body, outcome, now=call.now, options=options)
    return NO_CONTENT


def _is_without_effect(verb: Verb, there: "_Present", options: EmulatorOptions) -> bool:
    """Return whether it is a PATCH that is taken and does nothing, for want of a mapping."""
    taken = options.profile.has(Question.PATCH_WITHOUT_MAPPING, "stays")
    return taken and verb == "PATCH" and not there.configured


def _accepted(call: EmulatorCall, options: EmulatorOptions, resource: str) -> EmulatorReply:
    """Return the answer to an asynchronous submission; a 202 names no resource (unknown)."""
    if options.profile.has(Question.ASYNC_ANSWER, "202"):
        return EmulatorReply(status=202)
    location = call.url("mapping", "progress", resource, base=BASES[0])
    if options.location == "path":
        location = location.removeprefix(call.origin)
    return EmulatorReply(status=303, headers={"location": location})


def _stored(
    tx: sqlite3.Connection, call: EmulatorCall, options: EmulatorOptions, verb: Verb
) -> str:
    """Store a submission and return the id of its progress resource."""
    before = one(tx, "SELECT count(*) FROM submissions")[0]
    resource = str(uuid5(NAMESPACE_URL, repr((options.seed, "progress", *call.place, before))))
    tx.execute(
        "INSERT INTO submissions (id, workspace, source, verb, body, steps_left, due)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (resource, *call.place, verb, call.body, options.steps, call.now + options.duration),
    )
    return resource


def _pending(tx: sqlite3.Connection, place: Place) -> list[sqlite3.Row]:
    sql = "SELECT * FROM submissions WHERE workspace = ? AND source = ? AND NOT ended"
    return tx.execute(f"{sql} ORDER BY number", place).fetchall()


class _Present(Value):
    """What a submission finds: its object schema with the source's mapping, if it has one."""

    live: Document
    configured: bool


def _present(tx: sqlite3.Connection, place: Place) -> _Present:
    return _Present(live=shown_of(tx, place), configured=is_configured(tx, place))


def _end(
    tx: sqlite3.Connection, place: Place, row: sqlite3.Row, now: float, options: EmulatorOptions
) -> None:
    """Let a submission take effect, or fail because the site has changed since."""
    there = _present(tx, place)
    outcome = _judged(tx, place, row["verb"], row["body"], there=there, options=options)
    if isinstance(outcome, Document) and not _is_without_effect(row["verb"], there, options):
        _take_effect(tx, place, row["body"], outcome, now=now, options=options)
    failure = None if isinstance(outcome, Document) else as_message(outcome)
    # The body has been used; a big one would stay in the file forever.
    tx.execute(
        "UPDATE submissions SET ended = 1, body = NULL, failure = ? WHERE id = ?",
        (failure, row["id"]),
    )


def _take_effect(
    tx: sqlite3.Connection,
    place: Place,
    payload: bytes,
    live: Document,
    *,
    now: float,
    options: EmulatorOptions,
) -> None:
    save_live(tx, place, live, now)
    if options.profile.has(Question.SETTINGS_RESET, "reset"):
        body = read_document(parse_body(payload))
        ids = {t.name: t.external_id for t, _ in walk_types(live.object_types)}
        sent = (
            m.object_type_external_id or ids.get(m.object_type_name or "") for m in body.mappings
        )
        reset_settings(tx, place, [key for key in sent if key])


def _judged(
    tx: sqlite3.Connection,
    place: Place,
    verb: Verb,
    payload: bytes,
    *,
    there: _Present,
    options: EmulatorOptions,
) -> Document | list[Entry]:
    """Return what is *there* as it will be, or the entries of the refusal."""
    body = read_payload(payload)
    if isinstance(body, list):
        return body
    if verb == "PATCH" and not there.configured:
        # Whether PATCH can create is unknown
        # (api.md#patch-on-a-source-without-a-mapping); this code is ours.
        missing = [entry(MISSING_MAPPING, "there is no mapping to update: submit one by PUT")]
        if not options.profile.has(Question.PATCH_WITHOUT_MAPPING, "changes"):
            is_idle = _is_without_effect(verb, there, options)
            return there.live if is_idle else missing
        verb = "PUT"
    elsewhere = used_elsewhere(tx, place, external_ids(body))
    new_id = _new_ids(place, there.live, options)
    if verb == "PUT":
        live = there.live if there.live.object_types else None
        configured = there.configured
        outcome = put(
            live,
            body,
            configured=configured,
            elsewhere=elsewhere,
            new_id=new_id,
            profile=options.profile,
        )
    else:
        outcome = patch(
            there.live,
            body,
            elsewhere=elsewhere,
            new_id=new_id,
            profile=options.profile,
        )
    if isinstance(outcome, Refused):
        return refusal_entries(outcome.refusals)
    if outcome.doubts and options.profile.has(Question.REFERENCES_RESENT, "refused"):
        return refusal_entries(outcome.doubts)
    is_strict = options.profile.has(Question.CHILD_MAPPED_TWICE, "refused")
    if is_strict and (twice := _mapped_twice(tx, place, outcome.live)):
        return [entry(CHILD_MAPPED, f'another import source maps "{name}"') for name in twice]
    return outcome.live


def _mapped_twice(tx: sqlite3.Connection, place: Place, live: Document) -> list[str]:
    """Return the names of the children types that another source of the schema maps as well."""
    theirs = mapped_by_others(tx, place)
    ours = {m.object_type_external_id for m in live.mappings}
    return [
        t.name
        for t, above in walk_types(live.object_types)
        if above and t.external_id in ours and t.external_id in theirs
    ]


def _new_ids(place: Place, live: Document, options: EmulatorOptions) -> NewId:
    """Return the function that generates external ids, deterministically.

    A type and an attribute may have the same name path: the second gets another id.
    """
    taken = set(external_ids(live))

    def new_id(path: tuple[str, ...]) -> str:
        made = (generated_id(options.seed, *place, path, n) for n in count())
        free = next(external_id for external_id in made if external_id not in taken)
        taken.add(free)
        return free

    return new_id
