"""How the API may take a PUT or PATCH (api.md#asynchronous-answers)."""

from typing import Any

import httpx
import pytest

from reconciler.backend.import_sources import Submission
from reconciler.errors import (
    BackendError,
    Conflict,
    ForeignOrigin,
    MappingExists,
    Rejected,
    UnreadableAnswer,
)
from tests.support.stages.assets_wire import BASE, ROOT, SOURCE, TOKEN, Wire, in_turn, operation

PROGRESS = f"{ROOT}/mapping/progress/r1"
INSIGHT = PROGRESS.replace("/jsm/assets/", "/jsm/insight/")

TAKEN = {
    "204 is done": ((204, {}), Submission(status=204, progress_url=None, settled=True)),
    "200 tells no end": ((200, {}), Submission(status=200, progress_url=None, settled=False)),
    "303 is followed": (
        (303, {"Location": PROGRESS}),
        Submission(status=303, progress_url=PROGRESS, settled=False),
    ),
    "202 with a Location is followed": (
        (202, {"Location": PROGRESS}),
        Submission(status=202, progress_url=PROGRESS, settled=False),
    ),
    "202 without one is neither": (
        (202, {}),
        Submission(status=202, progress_url=None, settled=False),
    ),
    "a Location under insight is the same origin": (
        (303, {"Location": INSIGHT}),
        Submission(status=303, progress_url=INSIGHT, settled=False),
    ),
    "a path-absolute Location starts at the origin, not at the base": (
        (303, {"Location": PROGRESS.removeprefix("https://api.example.com")}),
        Submission(status=303, progress_url=PROGRESS, settled=False),
    ),
    "a relative Location starts at the request": (
        (303, {"Location": "mapping/progress/r1"}),
        Submission(status=303, progress_url=PROGRESS, settled=False),
    ),
}


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize(("answer", "expected"), TAKEN.values(), ids=TAKEN)
def test_taken(method: str, answer: tuple[int, dict[str, str]], expected: Any) -> None:
    status, headers = answer
    wire = Wire(in_turn(httpx.Response(status, headers=headers)))
    assert wire.run(lambda b: b.submit(SOURCE, operation(method))) == expected
    assert len(wire.requests) == 1


REFUSED = {
    "409 on PUT: configured already": ("PUT", httpx.Response(409), MappingExists, False),
    "409 on PATCH is some other conflict": ("PATCH", httpx.Response(409), Conflict, False),
    "400 is refused": ("PATCH", httpx.Response(400), Rejected, False),
    "303 without a Location": ("PUT", httpx.Response(303), UnreadableAnswer, True),
    "a log-in page": ("PUT", httpx.Response(200, text="<!doctype html>"), UnreadableAnswer, True),
    "half of an object": ("PUT", httpx.Response(200, text='{"stat'), UnreadableAnswer, True),
    "a redirect is not followed": (
        "PUT",
        httpx.Response(307, headers={"Location": PROGRESS}),
        UnreadableAnswer,
        True,
    ),
    "a Location that is no URL": (
        "PUT",
        httpx.Response(303, headers={"Location": "https://api.example.com:port/x"}),
        UnreadableAnswer,
        True,
    ),
}


@pytest.mark.parametrize(("method", "answer", "kind", "sent"), REFUSED.values(), ids=REFUSED)
def test_refused(
    method: str, answer: httpx.Response, kind: type[BackendError], *, sent: bool
) -> None:
    wire = Wire(in_turn(answer))
    with pytest.raises(BackendError) as error:
        wire.run(lambda b: b.submit(SOURCE, operation(method)))
    assert type(error.value) is kind
    assert error.value.sent is sent
    assert error.value.request == f"{method} importsource/4d40…/mapping"
    assert len(wire.requests) == 1


FOREIGN = [
    "https://evil.example.com/jsm/assets/progress/1",
    "http://api.example.com/jsm/assets/progress/1",
    "https://api.example.com:8443/jsm/assets/progress/1",
    "//evil.example.com/progress/1",
    "https://api.example.com.evil.com/progress/1",
    "https://api.example.com@evil.com/progress/1",
    "https://api.example.com\\@evil.com/progress/1",
    "https://mallory:x@api.example.com/progress/1",
    "javascript:alert(1)",
]


@pytest.mark.parametrize("location", FOREIGN)
def test_the_token_goes_to_no_other_origin(location: str) -> None:
    wire = Wire(in_turn(httpx.Response(303, headers={"Location": location})))
    with pytest.raises(ForeignOrigin) as error:
        wire.run(lambda b: b.submit(SOURCE, operation()))
    assert error.value.sent, "the write was accepted before the link was looked at"
    assert "it was not contacted" in str(error.value)
    assert [r.url.host for r in wire.requests] == ["api.example.com"]


@pytest.mark.parametrize("url", FOREIGN)
def test_nor_with_a_progress_link_from_an_old_journal(url: str) -> None:
    wire = Wire(in_turn())
    with pytest.raises(ForeignOrigin) as error:
        wire.run(lambda b: b.progress(SOURCE, url))
    assert not error.value.sent
    assert wire.requests == []
    assert TOKEN not in str(error.value)


def test_the_default_port_is_the_same_origin() -> None:
    wire = Wire(in_turn(httpx.Response(200, json={"progressStatus": "FINISHED"})))
    wire.run(lambda b: b.progress(SOURCE, f"{BASE.replace('.com/', '.com:443/')}/p#part"))
    assert str(wire.requests[0].url) == f"{BASE}/p"
