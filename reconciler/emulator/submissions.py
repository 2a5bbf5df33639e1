"""PUT and PATCH mapping: validated on arrival, taking effect when they end.

An asynchronous submission is a row. It advances a step with every later request for its
source, and ends when its steps and its time are over: nothing sleeps, and a killed emulator
continues where it was. Submissions of one source end in order.
"""

import sqlite3
from itertools import count
from typing import Literal

from reconciler.emulator.call import (
    NO_CONTENT,
    EmulatorReply,
    SourceCall,
    error_reply,
    json_reply,
    parse_body,
    seeded_id,
)
from reconciler.emulator.object_schemas import (
    external_ids,
    is_configured,
    mapped_by_others,
    reset_settings,
    save_live,
    shown_of,
    used_elsewhere,
)
from reconciler.emulator.payloads import (
    Entry,
    as_message,
    entry,
    read_payload,
    refusal_entries,
    refusal_reply,
)
from reconciler.emulator.schema_and_mapping import generated_id
from reconciler.emulator.store import one
from reconciler.model.document import Document, walk_types
from reconciler.model.wire import read_document
from reconciler.semantics.operations import BASES
from reconciler.semantics.patch import patch
from reconciler.semantics.put import put
from reconciler.semantics.questions import Question
from reconciler.semantics.response import Code, Refused
from reconciler.semantics.server_defaults import NewId
from reconciler.value import Value

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


def put_mapping(call: SourceCall) -> EmulatorReply:
    """Create: 204, or 303, 202 when asynchronous; 409 if a mapping exists or is pending."""
    return _submit(call, "PUT")


def patch_mapping(call: SourceCall) -> EmulatorReply:
    """Update: 204, or 303, 202 when asynchronous."""
    return _submit(call, "PATCH")


def get_progress(call: SourceCall) -> EmulatorReply:
    """Answer the status of a submission; 404 for one that this source never had.

    The answer before the end is unknown: like the API's other progress resources, without a
    `result`.
    """
    row = one(
        call.tx,
        "SELECT verb, ended, failure FROM submissions"
        " WHERE id = ? AND workspace = ? AND source = ?",
        call.resource,
        *call.place,
    )
    is_gone = call.profile.has(Question.PROGRESS_LIFE, "gone")
    if row is None or (row["ended"] == SHOWN and is_gone):
        return error_reply(404, "Progress not found")
    if not row["ended"]:
        known = call.profile.has(Question.PROGRESS_WORD, "in-progress")
        return json_reply({"progressStatus": "IN_PROGRESS" if known else "PROCESSING"})
    call.tx.execute("UPDATE submissions SET ended = ? WHERE id = ?", (SHOWN, call.resource))
    failure = row["failure"]
    return json_reply(
        {
            "progressStatus": "FINISHED",
            "result": "OK" if failure is None else "ERROR",
            "resultMessage": _DONE[row["verb"]] if failure is None else failure,
        }
    )


def advance_submissions(call: SourceCall) -> None:
    """Take one step with the submissions of the source, and end those that can end."""
    for row in _pending(call):
        if row["steps_left"] > 0:
            sql = "UPDATE submissions SET steps_left = steps_left - 1 WHERE id = ?"
            call.tx.execute(sql, (row["id"],))
            return
        if call.now < row["due"]:
            return
        _end(call, row)


def submission_has_ended(tx: sqlite3.Connection, resource: str) -> bool:
    """Return whether the submission *resource* exists and has ended."""
    return bool(one(tx, "SELECT count(*) FROM submissions WHERE id = ? AND ended", resource)[0])


def fail(tx: sqlite3.Connection, resource: str, message: str) -> None:
    """End the submission *resource* without effect, unless it has ended."""
    sql = "UPDATE submissions SET ended = 1, failure = ? WHERE id = ? AND NOT ended"
    tx.execute(sql, (message, resource))


def _submit(call: SourceCall, verb: Verb) -> EmulatorReply:
    expected = _present(call)
    for row in _pending(call):
        outcome = _judged(call, row["verb"], row["body"], there=expected)
        if isinstance(outcome, Document):
            is_idle = _is_without_effect(call, row["verb"], expected)
            expected = _Present(live=outcome, configured=not is_idle)
    outcome = _judged(call, verb, call.body, there=expected)
    later = call.flag("async") and not call.profile.has(Question.ASYNC_ANSWER, "204")
    refuses_late = call.profile.has(Question.INVALID_BODY, "in-progress")
    if isinstance(outcome, list) and any(e["code"] == Code.MAPPING_EXISTS for e in outcome):
        return error_reply(409, "A mapping already exists for this import")
    if later and (refuses_late or isinstance(outcome, Document)):
        return _accepted(call, _stored(call, verb))
    if isinstance(outcome, list):
        return refusal_reply(outcome, call.profile)
    # Earlier submissions take effect first, even if their time has not come.
    for row in _pending(call):
        _end(call, row)
    if not _is_without_effect(call, verb, expected):
        _take_effect(call, call.body, outcome)
    return NO_CONTENT


def _is_without_effect(call: SourceCall, verb: Verb, there: "_Present") -> bool:
    """Return whether it is a PATCH that is taken and does nothing, for want of a mapping."""
    taken = call.profile.has(Question.PATCH_WITHOUT_MAPPING, "stays")
    return taken and verb == "PATCH" and not there.configured


def _accepted(call: SourceCall, resource: str) -> EmulatorReply:
    """Return the answer to an asynchronous submission; a 202 names no resource (unknown)."""
    if call.profile.has(Question.ASYNC_ANSWER, "202"):
        return EmulatorReply(status=202)
    location = call.url("mapping", "progress", resource, base=BASES[0])
    if call.options.location == "path":
        location = location.removeprefix(call.origin)
    return EmulatorReply(status=303, headers={"location": location})


def _stored(call: SourceCall, verb: Verb) -> str:
    """Store a submission and return the id of its progress resource."""
    before = one(call.tx, "SELECT count(*) FROM submissions")[0]
    options = call.options
    resource = seeded_id(options.seed, "progress", *call.place, before)
    call.tx.execute(
        "INSERT INTO submissions (id, workspace, source, verb, body, steps_left, due)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (resource, *call.place, verb, call.body, options.steps, call.now + options.duration),
    )
    return resource


def _pending(call: SourceCall) -> list[sqlite3.Row]:
    sql = "SELECT * FROM submissions WHERE workspace = ? AND source = ? AND NOT ended"
    return call.tx.execute(f"{sql} ORDER BY number", call.place).fetchall()


class _Present(Value):
    """What a submission finds: its object schema with the source's mapping, if it has one."""

    live: Document
    configured: bool


def _present(call: SourceCall) -> _Present:
    live, configured = shown_of(call.tx, call.place), is_configured(call.tx, call.place)
    return _Present(live=live, configured=configured)


def _end(call: SourceCall, row: sqlite3.Row) -> None:
    """Let a submission take effect, or fail because the site has changed since."""
    there = _present(call)
    outcome = _judged(call, row["verb"], row["body"], there=there)
    if isinstance(outcome, Document) and not _is_without_effect(call, row["verb"], there):
        _take_effect(call, row["body"], outcome)
    failure = None if isinstance(outcome, Document) else as_message(outcome)
    # The body has been used; a big one would stay in the file forever.
    sql = "UPDATE submissions SET ended = 1, body = NULL, failure = ? WHERE id = ?"
    call.tx.execute(sql, (failure, row["id"]))


def _take_effect(call: SourceCall, payload: bytes, live: Document) -> None:
    save_live(call.tx, call.place, live, call.now)
    if call.profile.has(Question.SETTINGS_RESET, "reset"):
        body = read_document(parse_body(payload))
        ids = {t.name: t.external_id for t, _ in walk_types(live.object_types)}
        sent = (
            m.object_type_external_id or ids.get(m.object_type_name or "") for m in body.mappings
        )
        reset_settings(call.tx, call.place, [key for key in sent if key])


def _judged(
    call: SourceCall, verb: Verb, payload: bytes, *, there: _Present
) -> Document | list[Entry]:
    """Return what is *there* as it will be, or the entries of the refusal."""
    body, profile = read_payload(payload), call.profile
    if isinstance(body, list):
        return body
    if verb == "PATCH" and not there.configured:
        # Whether PATCH can create is unknown
        # (api.md#patch-on-a-source-without-a-mapping); this code is ours.
        missing = [entry(MISSING_MAPPING, "there is no mapping to update: submit one by PUT")]
        if not profile.has(Question.PATCH_WITHOUT_MAPPING, "changes"):
            return there.live if _is_without_effect(call, verb, there) else missing
        verb = "PUT"
    elsewhere = used_elsewhere(call.tx, call.place, external_ids(body))
    new_id = _new_ids(call, there.live)
    if verb == "PUT":
        live = there.live if there.live.object_types else None
        outcome = put(
            live,
            body,
            configured=there.configured,
            elsewhere=elsewhere,
            new_id=new_id,
            profile=profile,
        )
    else:
        outcome = patch(there.live, body, elsewhere=elsewhere, new_id=new_id, profile=profile)
    if isinstance(outcome, Refused):
        return refusal_entries(outcome.refusals)
    if outcome.doubts and profile.has(Question.REFERENCES_RESENT, "refused"):
        return refusal_entries(outcome.doubts)
    is_strict = profile.has(Question.CHILD_MAPPED_TWICE, "refused")
    if is_strict and (twice := _mapped_twice(call, outcome.live)):
        return [entry(CHILD_MAPPED, f'another import source maps "{name}"') for name in twice]
    return outcome.live


def _mapped_twice(call: SourceCall, live: Document) -> list[str]:
    """Return the names of the children types that another source of the schema maps as well."""
    theirs = mapped_by_others(call.tx, call.place)
    ours = {m.object_type_external_id for m in live.mappings}
    return [
        t.name
        for t, above in walk_types(live.object_types)
        if above and t.external_id in ours and t.external_id in theirs
    ]


def _new_ids(call: SourceCall, live: Document) -> NewId:
    """Return the function that generates external ids, deterministically.

    A type and an attribute may have the same name path: the second gets another id.
    """
    taken = set(external_ids(live))

    def new_id(path: tuple[str, ...]) -> str:
        made = (generated_id(call.options.seed, *call.place, path, n) for n in count())
        free = next(external_id for external_id in made if external_id not in taken)
        taken.add(free)
        return free

    return new_id
