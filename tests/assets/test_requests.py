"""What goes over the wire for each operation (api.md#operations-and-answers)."""

import contextlib

import httpx
import pytest

from reconciler import __version__
from reconciler.assets.auth import Credentials, basic
from reconciler.assets.client import AssetsBackend
from reconciler.backend.import_sources import Execution
from reconciler.errors import BackendError, ReconcilerError
from reconciler.model.canonical import canonical_json
from reconciler.model.source import SourceRef
from reconciler.planning.plan import Operation
from tests.support.stages.assets_wire import (
    BASE,
    BODY,
    IMPORT_SOURCE,
    ROOT,
    SOURCE,
    TOKEN,
    Call,
    Wire,
    always,
    operation,
)

# The documented example: its links point to insight, not assets.
INSIGHT = ROOT.replace("/jsm/assets/", "/jsm/insight/")
RUN = f"{INSIGHT}/executions/07a58b26"
EXECUTION = Execution(
    submit_progress=f"{RUN}/progress",
    submit_results=f"{RUN}/data",
    get_status=f"{RUN}/status",
    cancel=RUN,
)

CALLS = {
    "PUT mapping": (
        lambda b: b.submit(SOURCE, operation("PUT")),
        ("PUT", f"{ROOT}/mapping?async=true", canonical_json(BODY)),
    ),
    "PATCH mapping": (
        lambda b: b.submit(SOURCE, operation("PATCH")),
        ("PATCH", f"{ROOT}/mapping?async=true", canonical_json(BODY)),
    ),
    "a synchronous PUT has no query": (
        lambda b: b.submit(SOURCE, operation("PUT", query={})),
        ("PUT", f"{ROOT}/mapping", canonical_json(BODY)),
    ),
    "GET mapping progress goes where the link leads": (
        lambda b: b.progress(SOURCE, f"{INSIGHT}/mapping/progress/1"),
        ("GET", f"{INSIGHT}/mapping/progress/1", b""),
    ),
    "POST executions": (
        lambda b: b.start_execution(SOURCE),
        ("POST", f"{ROOT}/executions", b""),
    ),
    "PUT an execution's progress": (
        lambda b: b.submit_progress(SOURCE, EXECUTION, {"steps": {"total": 1}}),
        ("PUT", f"{RUN}/progress", b'{"steps":{"total":1}}'),
    ),
    "POST an execution's data": (
        lambda b: b.submit_data(SOURCE, EXECUTION, {"completed": True}),
        ("POST", f"{RUN}/data", b'{"completed":true}'),
    ),
    "GET an execution's status": (
        lambda b: b.execution_status(SOURCE, EXECUTION),
        ("GET", f"{RUN}/status", b""),
    ),
    "DELETE an execution": (
        lambda b: b.cancel_execution(SOURCE, EXECUTION),
        ("DELETE", RUN, b""),
    ),
    "POST an execution's failure": (
        lambda b: b.record_failure(SOURCE, EXECUTION, "the data are cut"),
        ("POST", f"{RUN}/history/failed", b'{"failureReason":"the data are cut"}'),
    ),
    "GET the latest status": (
        lambda b: b.latest_execution(SOURCE),
        ("GET", f"{ROOT}/executions/status", b""),
    ),
    "GET configstatus": (
        lambda b: b.config_status(SOURCE),
        ("GET", f"{ROOT}/configstatus", b""),
    ),
    "GET schema-and-mapping": (
        lambda b: b.schema_and_mapping(SOURCE),
        ("GET", f"{ROOT}/schema-and-mapping", b""),
    ),
    "POST token": (
        lambda b: b.issue_token(SOURCE),
        ("POST", f"{ROOT}/token", b""),
    ),
    "GET imports/info": (
        lambda b: b.discover(SOURCE),
        ("GET", f"{BASE}/v1/imports/info", b""),
    ),
}


@pytest.mark.parametrize(("call", "expected"), CALLS.values(), ids=CALLS)
def test_one_request_goes_out(call: Call, expected: tuple[str, str, bytes]) -> None:
    # A body that no operation can read: what matters here is what was asked.
    wire = Wire(always(lambda: httpx.Response(204)))
    with contextlib.suppress(BackendError):
        wire.run(call)
    (request,) = wire.requests
    assert (request.method, str(request.url), request.content) == expected
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert request.headers["User-Agent"] == f"reconciler/{__version__}"
    assert request.headers.get("Content-Type") == ("application/json" if expected[2] else None)


def test_basic_credentials_are_sent_as_basic() -> None:
    wire = Wire(
        always(lambda: httpx.Response(200, json={"status": "IDLE"})),
        credentials=lambda _: basic("a@example.com", "s3cret\n"),
    )
    wire.run(lambda b: b.config_status(SOURCE))
    assert wire.requests[0].headers["Authorization"] == "Basic YUBleGFtcGxlLmNvbTpzM2NyZXQ="


def test_credentials_are_asked_for_by_source_and_for_each_request() -> None:
    asked = []

    def credentials(name: str) -> Credentials:
        asked.append(name)
        return basic("a@example.com", "x")

    wire = Wire(always(lambda: httpx.Response(404)), credentials=credentials)
    wire.run(lambda b: b.latest_execution(SOURCE))
    wire.run(lambda b: b.latest_execution(SOURCE))
    assert asked == ["disk", "disk"]


def test_cookies_of_one_answer_do_not_go_with_the_next_request() -> None:
    wire = Wire(
        always(
            lambda: httpx.Response(
                200, json={"status": "IDLE"}, headers={"Set-Cookie": "session=of-disk; Path=/"}
            )
        )
    )

    async def twice(backend: AssetsBackend) -> None:
        await backend.config_status(SOURCE)
        await backend.config_status(SOURCE)

    wire.run(twice)
    assert "Cookie" not in wire.requests[1].headers


@pytest.mark.parametrize(
    ("import_source_id", "segment"),
    [
        ("a b/c?d", b"a%20b%2Fc%3Fd"),
        ("..", b"%2E%2E"),
        ("größe", b"gr%C3%B6%C3%9Fe"),
        ("50%", b"50%25"),
        ("\udcff", b"%FF"),
    ],
)
def test_ids_are_one_path_segment_each(import_source_id: str, segment: bytes) -> None:
    source = SourceRef(name="disk", import_source_id=import_source_id, workspace_id="..")
    wire = Wire(always(lambda: httpx.Response(404)))
    wire.run(lambda b: b.latest_execution(source))
    path = b"/jsm/assets/workspace/%2E%2E/v1/importsource/" + segment + b"/executions/status"
    assert wire.requests[0].url.raw_path == path


@pytest.mark.parametrize(
    "refused",
    [
        operation(path="importsource/another/mapping"),
        operation(path=f"../importsource/{IMPORT_SOURCE}/mapping"),
        operation("DELETE"),
    ],
    ids=["another source's path", "a path that climbs", "a verb that is none of the two"],
)
def test_an_operation_that_is_not_this_sources_mapping_is_not_sent(refused: Operation) -> None:
    wire = Wire(always(lambda: httpx.Response(204)))
    with pytest.raises(BackendError, match="is not the mapping of disk; nothing was sent") as error:
        wire.run(lambda b: b.submit(SOURCE, refused))
    assert not error.value.sent
    assert wire.requests == []


def test_an_id_that_no_url_holds_is_not_sent() -> None:
    wire = Wire(always(lambda: httpx.Response(204)))
    source = SourceRef(name="disk", import_source_id="x" * 70_000, workspace_id="local")
    with pytest.raises(ReconcilerError, match="has 70000 characters: that is no id"):
        wire.run(lambda b: b.config_status(source))
    assert wire.requests == []


def test_without_ids_nothing_is_sent() -> None:
    wire = Wire(always(lambda: httpx.Response(204)))
    source = SourceRef(name="disk", import_source_id=None, workspace_id="local")
    with pytest.raises(BackendError, match="importSourceId of disk is not known"):
        wire.run(lambda b: b.config_status(source))
    assert wire.requests == []


@pytest.mark.parametrize("case", [c for c, (_, expected) in CALLS.items() if expected[0] != "GET"])
def test_a_backend_that_only_reads_sends_nothing_else(case: str) -> None:
    call, _ = CALLS[case]
    wire = Wire(always(lambda: httpx.Response(200)), read_only=True)
    with pytest.raises(ReconcilerError, match="only reads"):
        wire.run(call)
    assert wire.requests == []
