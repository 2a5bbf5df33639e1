"""Promise 4: nothing leaks (design.md#promises)."""

import logging
import os
from base64 import b64decode
from traceback import TracebackException
from urllib.parse import quote

import httpx
import pytest

from reconciler.assets.auth import Credentials, basic, bearer
from reconciler.assets.redaction import REDACTED, redact
from reconciler.errors import BackendError, Unauthorized, UnreadableAnswer
from tests.support.stages.assets_wire import (
    ROOT,
    SOURCE,
    TOKEN,
    Call,
    Server,
    Wire,
    always,
    everything_said,
    operation,
)

# The server, or something before it, says the token back to us.
ECHO = f'{{"got": "Bearer {TOKEN}", "url": "/?t={quote(TOKEN, safe="")}", "code": "BAD {TOKEN}"}}'

CALLS = {
    "config status": lambda b: b.config_status(SOURCE),
    "document": lambda b: b.schema_and_mapping(SOURCE),
    "submit": lambda b: b.submit(SOURCE, operation()),
    "progress": lambda b: b.progress(SOURCE, f"{ROOT}/mapping/progress/1"),
    "execution": lambda b: b.start_execution(SOURCE),
    "discovery": lambda b: b.discover(SOURCE),
    "token": lambda b: b.issue_token(SOURCE),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("status", [200, 303, 400, 401, 403, 404, 409, 429, 500, 503])
def test_a_token_that_is_echoed_is_in_no_error(
    call: Call, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wire = Wire(always(lambda: httpx.Response(status, text=ECHO)))
    try:
        kept = repr(wire.run(call))
    except BackendError as error:
        kept = everything_said(error)
    for text in (kept, caplog.text):
        assert TOKEN not in text
        assert quote(TOKEN, safe="") not in text


def fail(_: httpx.Request) -> httpx.Response:
    raise httpx.ReadError("cut")


@pytest.mark.parametrize("server", [fail, always(lambda: httpx.Response(500, text=ECHO))])
def test_not_even_our_local_variables_show_a_token(server: Server) -> None:
    with pytest.raises(BackendError) as caught:
        Wire(server).run(CALLS["submit"])
    error: BaseException | None = caught.value
    shown = []
    while error is not None:
        frames = TracebackException.from_exception(error, capture_locals=True).stack
        shown += [repr(f.locals) for f in frames if f"reconciler{os.sep}assets" in f.filename]
        error = error.__cause__
    assert shown
    assert TOKEN not in "".join(shown)


def test_a_progress_answer_keeps_no_token() -> None:
    wire = Wire(always(lambda: httpx.Response(200, text=ECHO)))
    answer = wire.run(CALLS["progress"])
    assert answer.raw.count(REDACTED) == 3


@pytest.mark.parametrize("token", ["", " ", "to\nken", "to ken", "tökén", "a\x00b"])
def test_a_token_that_no_header_carries_is_not_sent_nor_shown(token: str) -> None:
    wire = Wire(always(lambda: httpx.Response(200)), credentials=lambda _: bearer(token))
    with pytest.raises(Unauthorized, match="the token is empty or holds characters") as caught:
        wire.run(CALLS["config status"])
    assert wire.requests == []
    if token.strip():
        assert token not in everything_said(caught.value)


def test_a_basic_token_must_not_be_empty() -> None:
    wire = Wire(always(lambda: httpx.Response(200)), credentials=lambda _: basic("a@b.c", " "))
    with pytest.raises(Unauthorized):
        wire.run(CALLS["config status"])
    assert wire.requests == []


def test_a_new_token_is_returned() -> None:
    wire = Wire(always(lambda: httpx.Response(200, json={"token": "ATCTT3xFfGN"})))
    assert wire.run(CALLS["token"]) == "ATCTT3xFfGN"


@pytest.mark.parametrize(
    "body",
    [
        '{"tokn": "unusual-secret"}',
        '"unusual-secret"',
        '{"token": ["unusual-secret"]}',
        '{"token": "unusual-secret\\u001b[2J"}',
        "unusual-secret",
    ],
)
def test_a_new_token_in_an_odd_answer_is_in_no_error(body: str) -> None:
    wire = Wire(always(lambda: httpx.Response(200, text=body)))
    with pytest.raises(UnreadableAnswer, match="holds no token") as caught:
        wire.run(CALLS["token"])
    assert caught.value.sent
    assert "unusual-secret" not in everything_said(caught.value)


@pytest.mark.parametrize("credentials", [bearer("hush"), basic("a@example.com", "hush")])
def test_credentials_have_an_empty_repr(credentials: Credentials) -> None:
    assert repr(credentials) == str(credentials) == "Credentials()"


def test_bytes_of_a_variable_that_are_no_text_are_sent_as_they_are_and_hidden() -> None:
    made = basic("a@example.com", "t\udcffken")
    assert b64decode(made.value.removeprefix("Basic ")) == b"a@example.com:t\xffken"
    assert made.clean("t%FFken") == REDACTED


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("key hush here", f"key {REDACTED} here"),
        ("ATCTT3xFf-GN_0=ABC.", REDACTED),
        ("x ATATT3xFf y", f"x {REDACTED} y"),
        ("Authorization: Bearer abc.def", f"Authorization: Bearer {REDACTED}"),
        ("authorization: basic YWJj", f"authorization: basic {REDACTED}"),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_redact(text: str, clean: str) -> None:
    assert redact(text, ["hush", ""]) == clean


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ('{"message":"Unauthorized"}', '{"message":"Unauthorized"}'),
        ("z", REDACTED),
        ('{"got":"z"} z, z/z?t=z&u=za', '{"got":"[s]"} [s], [s]/[s]?t=[s]&u=za'),
        (r"bad:\nz \u000az zz", r"bad:\n[s] \u000a[s] zz"),
        ("bad:%0Az%20z a_z", "bad:%0A[s]%20[s] a_z"),
        ("Bearer z", f"Bearer {REDACTED}"),
    ],
)
def test_a_secret_too_short_for_a_token_is_hidden_where_it_stands_alone(
    text: str, clean: str
) -> None:
    """In the middle of words its gaps would tell it."""
    assert redact(text, ["z"]) == clean.replace("[s]", REDACTED)
    assert redact("f(a$ ba$ a$b", ["a$"]) == f"f({REDACTED} ba$ {REDACTED}b"


def test_a_token_is_gone_before_a_body_is_cut() -> None:
    text = "x" * 3_990 + TOKEN
    wire = Wire(always(lambda: httpx.Response(400, text=text)))
    with pytest.raises(BackendError) as caught:
        wire.run(CALLS["submit"])
    assert TOKEN[:5] not in (caught.value.raw or "")
