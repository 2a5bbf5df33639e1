"""From answers to values: parses JSON, checks its shape, raises UnreadableAnswer otherwise."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NoReturn

from reconciler.assets.auth import bearer
from reconciler.assets.call import Call
from reconciler.assets.failures import shorten_body
from reconciler.assets.reply import NotJson, Reply
from reconciler.backend.import_sources import (
    Execution,
    ExecutionLinks,
    ExecutionStatus,
    ProgressAnswer,
)
from reconciler.errors import UnreadableAnswer
from reconciler.manifest import schemas
from reconciler.model.display import count
from reconciler.model.source import ConfigStatus, Description
from reconciler.value import Value

# The API gives five (api.md#discovery).
_MOST_LINKS = 100
_LINKS = {
    "submit_progress": "submitProgress",
    "submit_results": "submitResults",
    "get_status": "getExecutionStatus",
    "cancel": "cancel",
}


class Answer(Value):
    """An answer below 400; `clean` removes the secrets from what is shown of it.

    `is_known`: the strict reading found nothing in it that is not documented.
    """

    call: Call
    reply: Reply
    clean: Callable[[str], str]
    is_known: bool = False

    @property
    def raw(self) -> str:
        """The body for people: without secrets, shortened."""
        return shorten_body(self.clean(self.reply.text))

    def unreadable(
        self, why: str, cause: Exception | None = None, *, hint: str | None = None
    ) -> NoReturn:
        """Raise UnreadableAnswer: *why* completes "the answer …"."""
        raise UnreadableAnswer(
            f"{self.call}: the answer {self.clean(why)}",
            request=self.call.name,
            status=self.reply.status,
            raw=self.raw or None,
            sent=self.call.writes,
            hint=hint,
        ) from cause


def check_success(answer: Answer) -> None:
    """Return if the answer is a 2xx, whatever its body."""
    if not answer.reply.is_success:
        answer.unreadable(f"is a {answer.reply.status}, which is not followed here")


def check_complete(answer: Answer) -> None:
    """Return if the answer is a complete 2xx from the API, whatever its content.

    Its body may be empty, JSON (api.md#operations-of-an-execution) or text. A proxy's log-in
    page has status 200 too, and a truncated object is incomplete: neither says what became of
    a write.
    """
    check_success(answer)
    if answer.reply.body.lstrip()[:1] in {b"<", b"{"}:
        json_object(answer)


def json_object(answer: Answer) -> Mapping[str, Any]:
    """Return the JSON object that a 2xx answer holds."""
    check_success(answer)
    if not answer.reply.body.strip():
        answer.unreadable("is empty")
    try:
        value = answer.reply.json
    except NotJson as error:
        answer.unreadable(str(error), error)
    if not isinstance(value, dict):
        answer.unreadable("is not a JSON object")
    return value


def config_status(answer: Answer) -> ConfigStatus:
    """Return the status of `{"status": …}`."""
    status = _text(json_object(answer), "status") or ""
    try:
        return ConfigStatus(status)
    except ValueError as error:
        answer.unreadable(
            f"names no config status that is known: {status[:40]!r}",
            error,
            hint="nothing is sent to a source in a status of which nobody knows what it allows; "
            "see the import in the settings of its object schema, and whether a newer version of "
            "reconciler knows the status",
        )


def document(answer: Answer) -> Mapping[str, Any]:
    """Return the JSON of a schema and mapping, suitable for `reconciler.model.wire`.

    A name with a byte replaced would be planned back as a change: live is read exactly.
    """
    raw = json_object(answer)
    if not answer.reply.is_utf8:
        answer.unreadable("holds bytes that are not UTF-8")
    # What is strictly as documented is so by the tolerant schema, too.
    if not answer.is_known and (faults := schemas.schema_faults("answer", raw)):
        first = faults[0]
        more = f" ({count(len(faults) - 1, 'more fault')})" if len(faults) > 1 else ""
        place = first.pointer or "its root"
        answer.unreadable(f"is not a schema and mapping: at {place}: {first.text}{more}")
    return raw


# What the UI sets of an object type mapping, and no payload (api.md#the-source-in-full).
UI_SETTINGS = (
    "selectorQlQuery",
    "selectorIQL",
    "emptyValues",
    "unknownValues",
    "matchIdentifierIgnoreCase",
)
_ENABLED, _VALID = "ENABLED", "VALID"


def description(answer: Answer) -> Description:
    """Return what is known of the source; every key may be absent (api.md#the-source-in-full).

    Nothing else of the answer is kept: it may hold passwords.
    """
    raw = json_object(answer)
    entries = raw.get("importSourceOTEntries")
    entries = [e for e in entries if isinstance(e, dict)] if isinstance(entries, list) else []
    schemas = [identifier(raw.get(key)) for key in ("objectSchemaId", "collectionId")]
    return Description(
        name=_text(raw, "name"),
        object_schema=next(filter(None, schemas), None),
        schema_number=next((each for each in schemas if each and each.isdecimal()), None),
        module=_text(raw, "importSourceModuleKey"),
        settings=dict(_settings(entries)),
        filled=_filled(entries),
        fault=_fault(raw.get("importStatus")),
        schedule=_schedule(raw.get("scheduledImportDetails")),
    )


def _fault(status: Any) -> str | None:
    """Return the status of a configuration that is not valid, with the reasons by their keys."""
    found = _text(status, "validationStatusType") if isinstance(status, dict) else None
    if found in {None, _VALID}:
        return None
    reasons = status.get("reasonForInvalidity")
    told = reasons if isinstance(reasons, dict) else {}
    return shorten_body("; ".join([str(found), *(f"{key}: {text}" for key, text in told.items())]))


def _schedule(details: Any) -> str | None:
    """Return how often an import runs and when next; there is none before somebody sets it."""
    if not isinstance(details, dict):
        return None
    runs, at = _text(details, "runFrequency"), _text(details, "nextScheduledTime")
    told = [*([runs] if runs else ()), *([f"next at {at}"] if at else ())]
    return shorten_body(", ".join(told)) if told else None


def identifier(value: Any) -> str | None:
    """Return an id that is declared as a text and was seen as a number."""
    return str(value) if isinstance(value, (str, int)) and str(value) else None


def _filled(entries: Sequence[Mapping[str, Any]]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for entry in entries:
        object_type = entry.get("objectType")
        of_type = object_type.get("id") if isinstance(object_type, dict) else None
        type_id = identifier(of_type or entry.get("objectTypeId"))
        if type_id is not None and (selector := _text(entry, "selector")) is not None:
            found.setdefault(selector, set()).add(type_id)
    return {selector: frozenset(ids) for selector, ids in found.items()}


def _settings(entries: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for entry in entries:
        object_type, status = entry.get("objectType"), entry.get("importStatus")
        if not isinstance(object_type, dict) or (name := _text(object_type, "name")) is None:
            continue
        found = {key: value for key in UI_SETTINGS if (value := entry.get(key)) not in {None, ""}}
        if isinstance(status, dict) and status.get("configurationStatusType") not in {
            None,
            _ENABLED,
        }:
            found["importStatus"] = status["configurationStatusType"]
        if found:
            yield name, found


def progress(answer: Answer) -> ProgressAnswer:
    """Return the content of the progress resource; absent keys and non-texts are None."""
    raw = json_object(answer)
    status, result, message = (
        None if (text := _text(raw, key)) is None else shorten_body(text)
        for key in ("progressStatus", "result", "resultMessage")
    )
    return ProgressAnswer(status=status, result=result, message=message, raw=answer.raw)


def execution(answer: Answer, *, follow: Callable[[str], str]) -> Execution:
    """Return the links of a data ingestion, each resolved and checked by *follow*."""
    links = json_object(answer).get("links")
    if not isinstance(links, dict):
        answer.unreadable("holds no links")
    found: dict[str, str] = {}
    for field, key in _LINKS.items():
        link = _text(links, key)
        if not link:
            answer.unreadable(f"holds no link {key}")
        found[field] = follow(link)
    return Execution(**found)


def running_links(
    answer: Answer, *, follow: Callable[[str], str], latest: str
) -> ExecutionLinks | None:
    """Return the links of the execution that runs, each resolved and checked by *follow*.

    None without a link to cancel it: all its data were sent, or it is no execution. *latest* is
    where its status is if no link says so.
    """
    links = json_object(answer).get("links")
    if not isinstance(links, dict) or not (cancel := _text(links, _LINKS["cancel"])):
        return None
    status = _text(links, _LINKS["get_status"])
    return ExecutionLinks(cancel=follow(cancel), get_status=follow(status) if status else latest)


def execution_status(answer: Answer) -> ExecutionStatus:
    """Return the status of a data ingestion; without results its `progress_result` is empty.

    Results that are no object are taken for the `result` in it: they are not OK.
    """
    raw = json_object(answer)
    status = _text(raw, "status")
    if status is None:
        answer.unreadable("holds no status")
    result = raw.get("progressResult")
    if not isinstance(result, dict):
        result = {} if result is None else {"result": result}
    return ExecutionStatus(status=status, progress_result=result)


def info_links(answer: Answer) -> tuple[str, ...]:
    """Return the links of `imports/info`."""
    links = json_object(answer).get("links")
    texts = [v for v in links.values() if isinstance(v, str)] if isinstance(links, dict) else []
    if not texts:
        answer.unreadable("holds no links")
    return tuple(texts[:_MOST_LINKS])


def token(answer: Answer) -> str:
    """Return the new container token; no error quotes an answer that may contain it.

    A text that no header can carry is not a token: it would also be untrusted raw text on a
    terminal.
    """
    try:
        value = (_text(json_object(answer), "token") or "").strip()
    except UnreadableAnswer:
        value = ""
    if not bearer(value).are_sendable:
        raise UnreadableAnswer(
            f"{answer.call}: the answer holds no token",
            request=answer.call.name,
            status=answer.reply.status,
            sent=True,
            hint="the token before it may be invalid from now on",
        )
    return value


def _text(raw: Mapping[str, Any], key: str) -> str | None:
    value = raw.get(key)
    return value if isinstance(value, str) else None
