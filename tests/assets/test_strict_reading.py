"""What an answer holds that nobody knew of is told once, without a value; all else is as before."""

import asyncio
import copy
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.assets.answer_bodies import BODIES, document
from reconciler.assets.auth import basic, bearer
from reconciler.assets.call import Call
from reconciler.assets.client import AssetsBackend
from reconciler.assets.embedded import EMBEDDED_BASE_URL, embedded_transport
from reconciler.assets.reply import Reply
from reconciler.assets.schema_client import AssetsSchemaBackend
from reconciler.assets.strict_reading import unexpected_in
from reconciler.backend.import_sources import Execution
from reconciler.backend.requests import Exchange, Unexpected
from reconciler.emulator.faults import SCHEMA_CREDENTIAL
from reconciler.errors import BackendError
from reconciler.model.fields import TABLES
from reconciler.planning.object_schema.object_values import ValuesQuery
from reconciler.semantics.operations import ApiOperation
from tests.support.paths import CORPUS, SHARED
from tests.support.stages.assets_wire import BASE, ROOT, SOURCE, TOKEN, UNTIMED, operation
from tests.support.stages.companion import Companion
from tests.support.stages.emulator_site import DISKS

KNOWN = {each.shown: each for each in ApiOperation if each.statuses}
LINKS = {
    "submitProgress": f"{ROOT}/executions/1/progress",
    "submitResults": f"{ROOT}/executions/1/data",
    "getExecutionStatus": f"{ROOT}/executions/1/status",
    "cancel": f"{ROOT}/executions/1",
}
EXECUTION = Execution(
    submit_progress=LINKS["submitProgress"],
    submit_results=LINKS["submitResults"],
    get_status=LINKS["getExecutionStatus"],
    cancel=LINKS["cancel"],
)
SCHEMA = {"id": "41", "name": "Network", "canManage": True}
TYPE = {"id": "311", "name": "Switch", "parentObjectTypeId": 310}
ATTRIBUTE = {"id": "7", "name": "Serial", "type": 0, "objectType": TYPE, "defaultType": {"id": 0}}
FOUND = {
    "id": "1",
    "attributes": [{"objectTypeAttributeId": "7", "objectAttributeValues": [{"value": "x"}]}],
}
VALUES = ValuesQuery(aql="objectTypeId = 311", attributes=frozenset({"7"}))
LIVE = {key: DISKS[key] for key in ("schema", "mapping")}


def page(*values: Any) -> dict[str, Any]:
    return {"startAt": 0, "maxResults": 100, "total": 1, "values": [*values], "isLast": True}


Ask = Callable[[Any], Any]
# Operation → how it is asked for, and a known answer with the path to an enum in it, if any.
CALLS: dict[str, tuple[Ask, Any, tuple[Any, ...]]] = {
    "GET imports/info": (lambda b: b.discover(SOURCE), {"links": {"start": ROOT}}, ()),
    "GET importsource/…": (
        lambda b: b.describe(SOURCE),
        {"id": "x", "importStatus": {"configurationStatusType": "ENABLED"}},
        ("importStatus", "configurationStatusType"),
    ),
    "GET importsource/…/configstatus": (
        lambda b: b.config_status(SOURCE), {"status": "IDLE"}, ("status",),
    ),
    "GET importsource/…/schema-and-mapping": (
        lambda b: b.schema_and_mapping(SOURCE), LIVE,
        ("schema", "objectSchema", "objectTypes", 0, "attributes", 0, "type"),
    ),
    "GET importsource/…/mapping/progress/…": (
        lambda b: b.progress(SOURCE, f"{ROOT}/mapping/progress/1"),
        {"progressStatus": "FINISHED", "result": "OK", "resultMessage": "done"}, ("result",),
    ),
    "POST importsource/…/executions": (
        lambda b: b.start_execution(SOURCE), {"links": LINKS, "result": "success"}, ("result",),
    ),
    "GET importsource/…/executions/status": (
        lambda b: b.latest_execution(SOURCE), {"status": "DONE"}, ("status",),
    ),
    "GET importsource/…/executions/…/status": (
        lambda b: b.execution_status(SOURCE, EXECUTION),
        {"status": "DONE", "progressResult": {"result": "OK"}}, ("progressResult", "result"),
    ),
    "POST importsource/…/token": (lambda b: b.issue_token(SOURCE), {"token": "ATCTT-x"}, ()),
    "PUT importsource/…/mapping": (lambda b: b.submit(SOURCE, operation()), None, ()),
    "PATCH importsource/…/mapping": (lambda b: b.submit(SOURCE, operation("PATCH")), None, ()),
    "PUT importsource/…/executions/…/progress": (
        lambda b: b.submit_progress(SOURCE, EXECUTION, {}), None, (),
    ),
    "POST importsource/…/executions/…/data": (
        lambda b: b.submit_data(SOURCE, EXECUTION, {}), None, (),
    ),
    "POST importsource/…/executions/…/history/failed": (
        lambda b: b.record_failure(SOURCE, EXECUTION, "why"), None, (),
    ),
    "DELETE importsource/…/executions/…": (
        lambda b: b.cancel_execution(SOURCE, EXECUTION), None, (),
    ),
    "GET objectschema/list": (lambda b: b.object_schemas("w"), page(SCHEMA), ()),
    "GET objectschema/…": (lambda b: b.object_schema("w", "41"), SCHEMA, ()),
    "POST object/aql": (lambda b: b.object_values("w", VALUES), page(FOUND), ()),
    "POST object/aql/totalcount": (lambda b: b.count("w", "x"), {"totalCount": 1}, ()),
}  # fmt: skip


def met(ask: Ask, answer: httpx.Response, operation: str = "import") -> list[Unexpected]:
    """Return what was unexpected in *answer*; *ask* ends in a value or an error of ours."""
    seen: list[Exchange] = []

    async def scenario() -> None:
        kind = AssetsBackend if "import" in operation else AssetsSchemaBackend
        backend = kind(
            base_url=BASE,
            credentials=lambda _: bearer(TOKEN),
            transport=httpx.MockTransport(lambda _: answer),
            on_exchange=seen.append,
            pacing=UNTIMED,
        )
        with suppress(BackendError):
            await ask(backend)
        await backend.aclose()

    asyncio.run(scenario())
    (found,) = {each.unexpected for each in seen}
    return [*found]


def changed(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    body = copy.deepcopy(body)
    inner = body
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return body


SECRET = {"of me@example.org": TOKEN, "password": "hunter2"}
SHAPE = "is not documented (an object with *, password)"
IS_JSON = {"Content-Type": "application/json"}


def oddities(body: Any, good: int, enum: tuple[Any, ...]) -> dict[str, httpx.Response]:
    """Return answers by what is said of each; a 401 is known of every operation."""
    validation = {"dataValidationErrors": [{"code": "SURPRISE"}]}
    limits = {"X-RateLimit-Surprise": TOKEN}
    content = b"" if body is None else json.dumps(body).encode()
    odd = {
        "the status 418 is": httpx.Response(418),
        "the content type text/html is": httpx.Response(good, html=f"<p>{TOKEN}"),
        "the header x-ratelimit-surprise": httpx.Response(good, content=content, headers=limits),
        f"the key /error {SHAPE}": httpx.Response(401, json={"error": SECRET}),
        '"SURPRISE" at /dataValidationErrors/*/code': httpx.Response(401, json=validation),
        "the form of the header retry-after is": httpx.Response(
            429, headers={"Retry-After": "soon"}
        ),
        "a list at / is": httpx.Response(401, json=[]),
    }
    if body is None:
        return odd | {f"a body {SHAPE}": httpx.Response(good, json=SECRET)}
    odd |= {
        f"the key /surprise {SHAPE}": httpx.Response(good, json=body | {"surprise": SECRET}),
        "true or false at / is": httpx.Response(good, json=True),
        "a body that is no JSON is": httpx.Response(good, text='{"a', headers=IS_JSON),
        "the absence of a body is": httpx.Response(good),
    }
    if enum:
        place = "/".join("*" if isinstance(each, int) else each for each in enum)
        for said, path, value in (
            (f'"SURPRISE" at /{place} is', enum, "SURPRISE"),
            (f"another text at /{place} is", enum, TOKEN),
            (f"a list at /{enum[0]} is", enum[:1], []),
        ):
            odd[said] = httpx.Response(good, json=changed(body, path, value))
    return odd


@pytest.mark.parametrize("operation", CALLS)
def test_what_nobody_knew_of_is_told_once_and_without_its_value(operation: str) -> None:
    ask, body, enum = CALLS[operation]
    good = min(KNOWN[operation].statuses)
    fine = httpx.Response(good, json=body) if body else httpx.Response(good)
    assert met(ask, fine, operation) == []
    wrong: dict[str, list[str]] = {}
    for said, answer in oddities(body, good, enum).items():
        texts = [str(each) for each in met(ask, answer, operation)]
        is_told = len(texts) == 1 and texts[0].startswith(f"{operation}: {said}")
        if not is_told or any(each in texts[0] for each in (TOKEN, "hunter2", "example.org")):
            wrong[said] = texts
    assert wrong == {}


def test_whatever_a_client_asks_for_has_known_answers() -> None:
    assert CALLS.keys() <= KNOWN.keys()
    assert {each.shown for each in BODIES} <= KNOWN.keys()


def test_each_key_of_a_document_is_known() -> None:
    parts = document()["$defs"].values()
    known = [{*part["properties"]} for part in parts]
    tables = [table.keys | table.seen for table in TABLES]
    assert all(keys in known for keys in tables[1:])


LIVE_FORMS = [
    ("GET importsource/…/schema-and-mapping", CORPUS / "lucastheisen-users-get-capture.json"),
    ("GET importsource/…/schema-and-mapping", CORPUS / "openapi-get-example.json"),
    ("GET importsource/…/executions/status", SHARED / "cases/execution-status-live-form.json"),
    ("GET importsource/…", SHARED / "cases/importsource-list-live-form.json"),
]


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is not there")
@pytest.mark.parametrize(("operation", "path"), LIVE_FORMS, ids=lambda each: str(each)[-30:])
def test_what_was_observed_is_known(operation: str, path: Path) -> None:
    body = json.loads(path.read_text(encoding="utf-8"))
    each = body if isinstance(body, list) else [body]
    assert [
        u for one in each for u in met(CALLS[operation][0], httpx.Response(200, json=one))
    ] == []


def test_what_the_emulator_answers_of_object_schemas_is_known() -> None:
    """What it answers of import sources: e2e/test_cycle.py."""
    site = Companion().imported().site
    seen: list[Exchange] = []
    email, _, token = SCHEMA_CREDENTIAL.partition(":")

    async def scenario() -> None:
        backend = AssetsSchemaBackend(
            base_url=EMBEDDED_BASE_URL,
            credentials=lambda _: basic(email, token),
            transport=embedded_transport(site.app),
            on_exchange=seen.append,
        )
        (schema,) = await backend.object_schemas("w")
        await backend.object_schema("w", schema.id)
        content = await backend.content("w", schema)
        for each in content.types:
            aql = f"objectTypeId = {each.id}"
            assert await backend.count("w", aql) == each.objects
            held = frozenset(a.id for a in content.attributes)
            await backend.object_values("w", ValuesQuery(aql=aql, attributes=held))
        for aql in ("nonsense", "objectTypeId = 1"):
            with suppress(BackendError):
                await backend.count("w", aql)
        with pytest.raises(BackendError):
            await backend.object_schema("w", "999")
        await backend.aclose()

    asyncio.run(scenario())
    assert {each.unexpected for each in seen} == {()}
    assert len(seen) > 10


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["status", "links", "schema", "values", "id", "errors", "attributes"])
        | st.text(max_size=9), inner, max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@given(
    operation=st.sampled_from(sorted(KNOWN)),
    status=st.integers(100, 599),
    body=JSON.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=30),
    name=st.text(max_size=60),
)
def test_any_answer_is_read(operation: str, status: int, body: bytes, name: str) -> None:
    method, path = operation.split(" ")
    url = httpx.URL(f"{BASE}/workspace/w/v1/{path.replace('…', 'x')}")
    reply = Reply(status=status, headers=httpx.Headers(), body=body)
    call = Call(source="disks", method=method, url=url)
    found = unexpected_in(call, reply, {name: "1"}, lambda text: text)
    assert len(found) <= 23
    assert all(len(str(each)) < 600 and str(each).isprintable() for each in found)


def test_a_server_that_makes_up_keys_is_not_told_without_end() -> None:
    many = {f"k{number}": {f"{n}@example.org": n for n in range(100)} for number in range(5_000)}
    found = met(CALLS["GET importsource/…"][0], httpx.Response(200, json=many))
    assert len(found) == 20
    assert (
        str(found[0]) == "GET importsource/…: the key /k0 is not documented (an object with *, …)"
    )


@pytest.mark.parametrize(
    ("key", "value", "sample"),
    [
        ("missingObjects", "REMOVE_ALL", '"REMOVE_ALL"'),
        ("missingObjects", "Remove", "text of 6 characters"),
        ("apiKey", "ABCDEF", "text of 6 characters"),
        ("remark", "A" * 31, "text of 31 characters"),
        ("limit", 3.5, "a number"),
        ("of me@example.org", None, "null"),
        ("\x1b[31m", [1], "a list of 1 element"),
    ],
)
def test_a_value_is_told_only_where_it_is_a_word_of_the_api(
    key: str, value: Any, sample: str
) -> None:
    body = httpx.Response(200, json={"status": "IDLE", key: value})
    (found,) = met(CALLS["GET importsource/…/configstatus"][0], body)
    shown = key if key.isalpha() else "*"
    assert (found.what, found.sample) == (f"the key /{shown}", sample)


def test_a_link_elsewhere_is_told_without_its_ids() -> None:
    link = f"{BASE}/workspace/w/v1/importsource/17/of-me/Secret9"
    (found,) = met(lambda b: b.progress(SOURCE, link), httpx.Response(200, json={}))
    assert str(found) == "GET importsource/…/of-me/…: the path is not documented"
