"""What is taken out of a recording, and in which disguises; how long that takes."""

import asyncio
import json
import time
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from reconciler.assets.call import Call
from reconciler.assets.har import LARGEST_BODY, entry
from reconciler.assets.recorder import MOST_ENTRIES, Recorder
from reconciler.assets.redaction import OMITTED, REDACTED, Redaction
from reconciler.assets.reply import Reply

SECRET = 'hush/"hush'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("nothing to hide", "nothing to hide"),
        (f"is {SECRET}", f"is {REDACTED}"),
        ("is hush%2F%22hush", f"is {REDACTED}"),
        ("ATATT3xFf and ATCTT3xFf=", f"{REDACTED} and {REDACTED}"),
        ("eyJhbGciOi.eyJzdWIi.c2ln", REDACTED),
        ("Basic YTpi", f"Basic {REDACTED}"),
        ("the bearer token, bearer tokenA1", f"the bearer token, bearer {REDACTED}"),
        ("a@b.example, A@b.example, c@b.example", "[e-mail 1], [e-mail 1], [e-mail 2]"),
        ("a%40b.example a\\u0040b.example a&#64;b.example", "[e-mail 1] [e-mail 1] [e-mail 1]"),
        ("see https://u:p@x.example/a?async=true&t=1", "see https://x.example/a?async=true&t=[s]"),
        ("/progress/1?sig=abc&startAt=2", "/progress/1?sig=[s]&startAt=2"),
        ("is a/b? yes=no", "is a/b? yes=no"),
        ("Cookie: a=1; b=2\nX-Api-Key: k<p>", f"Cookie: {REDACTED}\nX-Api-Key: {REDACTED}<p>"),
        ("the cookie, as x-axis: it is", "the cookie, as x-axis: it is"),
    ],
)
def test_a_text_is_redacted_once_and_for_all(text: str, shown: str) -> None:
    redaction = Redaction([SECRET])
    once = redaction.text(text)
    assert once == shown.replace("[s]", "%5Bsecret%5D")
    assert redaction.text(once) == once


RUNS = ("a", "a.", "%", "https://a", "eyJ", "a@b", "a@b.", "?a=&", "AT", "x-", "x-a", "cookie: ")


@pytest.mark.parametrize("run", RUNS)
def test_a_long_text_takes_as_long_as_it_is(run: str) -> None:
    redaction = Redaction([SECRET])
    began = time.process_time()
    redaction.text(run * (500_000 // len(run)))
    assert time.process_time() - began < 5


def made(
    path: str,
    answer: Any,
    *,
    method: str = "GET",
    body: bytes | None = None,
    private: bool = False,
    headers: dict[str, str] | None = None,
) -> Any:
    """Return the entry of a request for *path* that *answer* ended."""
    url = httpx.URL(f"https://api.example/jsm/assets/workspace/w/v1/{path}")
    ended = answer
    if not isinstance(answer, BaseException):
        raw = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        ended = Reply(status=200, headers=httpx.Headers(headers or {}), body=raw)
    return entry(
        Call(source="disks", method=method, url=url, body=body),
        ended,
        redaction=Redaction(),
        clean=lambda text: text.replace("hush", REDACTED),
        private=private,
        began=datetime(2026, 1, 1, tzinfo=UTC),
        seconds=0.5,
    )


def said(entry: Any) -> Any:
    return json.loads(entry["response"]["content"]["text"])


def test_what_hides_in_json_is_found() -> None:
    raw = rb'{"a": "x\u0040y.example", "a": "kept", "n": {"Token": 7, "actor": {"name": "N"}}}'
    assert said(made("importsource/1", raw)) == {
        "a": "kept",
        "n": {"Token": REDACTED, "actor": OMITTED},
    }
    secrets = dict.fromkeys(("access_token", "clientSecret", "userPassword", "apiKey"), "s")
    assert said(made("importsource/1", secrets | {"tokenGenerated": True})) == {
        **dict.fromkeys(secrets, REDACTED),
        "tokenGenerated": True,
    }


def test_only_headers_that_are_known_are_kept() -> None:
    headers = {"Set-Cookie": "s=1", "X-Secret": "s", "Retry-After": "3", "Date": "hush"}
    kept = made("importsource/1", {}, headers=headers)["response"]["headers"]
    assert kept == [
        {"name": "Date", "value": REDACTED},
        {"name": "Retry-After", "value": "3"},
    ]


def test_what_is_no_json_is_shortened_and_no_token_is_left_of_a_new_one() -> None:
    content = made("importsource/1", b"<p>" + b"hush " * 4_000)["response"]["content"]
    assert len(content["text"]) == 4_000
    assert "hush" not in content["text"]
    assert content["_omitted"]["size"] == 20_003
    broken = made("importsource/1/token", b'"token": "unknown', method="POST")
    assert broken["response"]["content"]["text"] == ""
    assert said(made("importsource/1/token", {"token": "unknown"}, method="POST")) == {
        "token": REDACTED
    }


def test_data_have_a_size_and_a_digest() -> None:
    body = b'{"clientGeneratedId":"c","data":{"people":[{"name":"Jane"}]}}'
    sent = made("importsource/1/executions/2/data", {}, method="POST", body=body)
    shown = json.loads(sent["request"]["postData"]["text"])
    assert shown["clientGeneratedId"] == "c"
    assert shown["data"]["_omitted"].keys() == {"size", "digest"}
    assert "Jane" not in json.dumps(sent)
    private = made("comments", {"user": "Jane"}, method="POST", body=b'"Jane"', private=True)
    assert "Jane" not in json.dumps(private)


def test_the_values_of_objects_are_numbered() -> None:
    def of(*values: Any) -> Any:
        return {"id": "1", "values": [{"displayValue": each} for each in values]}

    page = {"total": 2, "values": [of("Jane", 7, None), of("Jane")], "isLast": True}
    assert said(made("object/aql", page, method="POST", body=b"{}")) == {
        **page,
        "values": [of("value 1", "value 2", None), of("value 1")],
    }


def test_no_answer_is_status_0_with_the_reason() -> None:
    failed = made("importsource/1", ConnectionError("no hush"))["response"]
    assert (failed["status"], failed["_error"]) == (
        0,
        {"type": "ConnectionError", "text": f"no {REDACTED}", "sent": False},
    )


def test_of_very_many_requests_the_rest_is_counted() -> None:
    recorder = Recorder(Redaction())
    call = Call(source="disks", method="GET", url=httpx.URL("https://api.example/"))

    async def answer() -> Reply:
        return Reply(status=204, headers=httpx.Headers())

    async def ask() -> None:
        for _ in range(MOST_ENTRIES + 2):
            await recorder(call, answer, clean=str, private=False)

    asyncio.run(ask())
    assert (len(recorder.entries), recorder.left_out) == (MOST_ENTRIES, 2)


def test_what_is_too_large_is_left_out() -> None:
    content = made("importsource/1", b'"' + b"a" * LARGEST_BODY + b'"')["response"]["content"]
    assert (content["text"], content["_omitted"]["size"]) == ("", LARGEST_BODY + 2)
