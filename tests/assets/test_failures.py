"""From statuses to the exception tree (errors.py), with sent, request, hint and raw body."""

from collections.abc import Coroutine
from typing import Any

import httpx
import pytest

from reconciler.assets import call as calls
from reconciler.assets.client import AssetsBackend
from reconciler.assets.failures import from_status
from reconciler.assets.retry import ATTEMPTS
from reconciler.errors import (
    ApiFault,
    BackendError,
    Conflict,
    Forbidden,
    MappingExists,
    NotFound,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
)
from tests.support.stages.assets_wire import SOURCE, Call, Wire, always, operation


def read(backend: AssetsBackend) -> Coroutine[Any, Any, Any]:
    return backend.config_status(SOURCE)


def write(backend: AssetsBackend) -> Coroutine[Any, Any, Any]:
    return backend.submit(SOURCE, operation())


def begin(backend: AssetsBackend) -> Coroutine[Any, Any, Any]:
    return backend.start_execution(SOURCE)


STATUSES = {
    "401 on a read": (read, 401, Unauthorized, False),
    "401 on a write": (write, 401, Unauthorized, False),
    "403": (read, 403, Forbidden, False),
    "404": (read, 404, NotFound, False),
    "410": (read, 410, NotFound, False),
    "400 on a read": (read, 400, Rejected, False),
    "400 on a write": (write, 400, Rejected, False),
    "413": (write, 413, Rejected, False),
    "422": (write, 422, Rejected, False),
    "409 on PUT mapping": (write, 409, MappingExists, False),
    "409 on executions": (begin, 409, Conflict, False),
    "429": (write, 429, RateLimited, False),
    "500 on a read": (read, 500, Unavailable, False),
    "408 on a write": (write, 408, Unavailable, True),
    "500 on a write": (write, 500, Unavailable, True),
    "502 on a write": (write, 502, Unavailable, True),
    "503 on a write": (write, 503, Unavailable, True),
    "504 on a write": (write, 504, Unavailable, True),
    "a status nobody registered": (write, 599, Unavailable, True),
}


@pytest.mark.parametrize(("call", "status", "kind", "sent"), STATUSES.values(), ids=STATUSES)
def test_status(call: Call, status: int, kind: type[BackendError], *, sent: bool) -> None:
    said, asked = "what the server said", {"Retry-After": "1"}
    wire = Wire(always(lambda: httpx.Response(status, text=said, headers=asked)))
    with pytest.raises(BackendError) as caught:
        wire.run(call)
    error = caught.value
    assert type(error) is kind
    assert (error.status, error.sent) == (status, sent)
    assert error.raw == "what the server said"
    assert str(status) in str(error)
    assert error.request in str(error)
    assert "(disk)" in str(error), "the source is named"
    assert len(wire.requests) == 1 or not sent, "what may have acted is not sent again"


HINTS = {
    "nothing is there": ("https://api.example.com", 404, "baseUrl, workspaceId and importSourceId"),
    "the token in the cloud": ("https://api.example.com", 401, "a newer one of the source"),
    "the token of an emulator": ("http://127.0.0.1:8080", 401, "belongs to no source"),
}


@pytest.mark.parametrize(("base", "status", "hint"), HINTS.values(), ids=HINTS)
def test_a_refusal_has_its_hint(base: str, status: int, hint: str) -> None:
    request = calls.Call(source="disk", method="GET", url=httpx.URL(f"{base}/jsm/assets"))
    found = from_status(request, status, "").hint or ""
    assert hint in found
    assert ("emulator" in found) is ("127.0.0.1" in base)


def test_the_sentence_of_a_refusal_names_request_source_and_codes() -> None:
    body = {
        "dataValidationErrors": [
            {"code": "UNKNOWN_EXTERNAL_ID_MAPPING", "externalId": "a/b"},
            {"code": "UNKNOWN_REFERENCE", "message": "no target"},
        ]
    }
    wire = Wire(always(lambda: httpx.Response(400, json=body)))
    with pytest.raises(Rejected) as caught:
        wire.run(write)
    assert str(caught.value) == (
        "PUT importsource/4d40…/mapping (disk) was refused (400 Bad Request): "
        "UNKNOWN_EXTERNAL_ID_MAPPING, UNKNOWN_REFERENCE"
    )
    assert caught.value.faults == (
        ApiFault(code="UNKNOWN_EXTERNAL_ID_MAPPING", text="externalId: a/b"),
        ApiFault(code="UNKNOWN_REFERENCE", text="no target"),
    )


def test_many_codes_are_all_kept_and_few_are_said() -> None:
    errors = [{"code": f"CODE_{n}"} for n in range(7)]
    wire = Wire(always(lambda: httpx.Response(400, json={"errors": errors})))
    with pytest.raises(Rejected, match=r"CODE_4 and 2 more$") as caught:
        wire.run(write)
    assert len(caught.value.faults) == 7


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"result": "error", "errorCode": "MISSING_MAPPING"}, "MISSING_MAPPING"),
        ({"result": "error", "errorCode": "IN_PROGRESS"}, "IN_PROGRESS"),
        ({}, "CONFLICT"),
    ],
)
def test_a_conflict_carries_the_apis_code(body: Any, code: str) -> None:
    wire = Wire(always(lambda: httpx.Response(409, json=body)))
    with pytest.raises(Conflict) as caught:
        wire.run(begin)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("size", "more"), [(10_000, "6,000 more characters"), (4_001, "1 more character")]
)
def test_a_long_body_is_shortened_and_says_so(size: int, more: str) -> None:
    wire = Wire(always(lambda: httpx.Response(400, text="x" * size)))
    with pytest.raises(Rejected) as caught:
        wire.run(write)
    assert caught.value.raw == f"{'x' * 4_000}… ({more})"


def test_an_empty_body_is_no_raw() -> None:
    wire = Wire(always(lambda: httpx.Response(400)))
    with pytest.raises(Rejected) as caught:
        wire.run(write)
    assert caught.value.raw is None


TRANSPORT = {
    "no connection": (httpx.ConnectError, False, "no connection to api.example.com"),
    "no connection in time": (
        httpx.ConnectTimeout,
        False,
        "no connection to api.example.com within 10 s",
    ),
    "no free place": (httpx.PoolTimeout, False, "no connection to api.example.com"),
    "the proxy": (httpx.ProxyError, False, "the proxy refused"),
    "no answer": (httpx.ReadTimeout, True, "api.example.com did not answer within 120 s"),
    "body not taken": (httpx.WriteTimeout, True, "api.example.com did not answer within 120 s"),
    "cut while reading": (httpx.ReadError, True, "the connection was cut"),
    "cut while writing": (httpx.WriteError, True, "the connection was cut"),
    "half an answer": (httpx.RemoteProtocolError, True, "the connection was cut"),
}


@pytest.mark.parametrize(("failure", "sent", "said"), TRANSPORT.values(), ids=TRANSPORT)
def test_transport(failure: type[httpx.TransportError], said: str, *, sent: bool) -> None:
    def server(_: object) -> httpx.Response:
        raise failure("words of a library")

    wire = Wire(server)
    with pytest.raises(Unavailable, match=said) as caught:
        wire.run(write)
    assert caught.value.sent is sent
    assert len(wire.requests) == (1 if sent else ATTEMPTS), "what may have acted is sent once"
    assert caught.value.status is None
    assert type(caught.value.__cause__) is failure

    with pytest.raises(Unavailable) as caught:
        Wire(server).run(read)
    assert not caught.value.sent, "a read never acts"
