"""`drift --since` and `--notify`: only news alarm, and each is told once."""

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tests.support.forges.server import Pull, body_of, serving
from tests.support.stages.cli_project import Desk
from tests.support.stages.drift_desk import behind_our_back

SECRET = "T0PLANTED/B0SECRET/hook-s3cr3t"


@pytest.fixture
def desk(desk: Desk) -> Desk:
    assert desk("apply", "--auto-approve").code == 0
    return desk


def moved(desk: Desk, after: str) -> None:
    """Have live say *after*, whatever it says."""
    behind_our_back(desk, "A drive", after)


@contextlib.contextmanager
def webhook() -> Iterator[tuple[str, list[str], Pull]]:
    """Serve a webhook; yield its URL, the texts that it gets, and the server."""
    texts: list[str] = []

    async def take(request: Request) -> Response:
        body: Any = await body_of(request)
        assert list(body) == ["text"]
        texts.append(body["text"])
        return PlainTextResponse("ok")

    server = Pull()
    with serving([Route(f"/services/{SECRET}", take, methods=["POST"])], server):
        yield f"{server.url}/services/{SECRET}", texts, server


def test_since_the_last_run_only_news_alarm(desk: Desk) -> None:
    moved(desk, "Theirs")
    assert desk("drift", "--since", "last").code == 2
    again = desk("drift", "--since", "last")
    assert again.code == 0
    assert again.out.splitlines() == [
        "! disks   drifted, and nothing is new (1 reported before)",
        "1 source is in sync (--all lists it)",
        "No new drift in 2 sources; 1 drifted as reported before.",
    ]
    assert desk("drift").code == 2, "without the option it is drift as ever"
    moved(desk, "Others")
    assert desk("drift", "--since", "last").code == 2, "another value is news"
    moved(desk, "A drive")
    settled = desk("drift", "--since", "last")
    assert settled.code == 0
    assert "settled: disks/objectTypes[object-type/drive]/description" in settled.out


def test_a_look_without_the_option_takes_no_news_away(desk: Desk) -> None:
    moved(desk, "Theirs")
    assert desk("drift").code == 2
    assert desk("drift", "--since", "last").code == 2


def test_a_report_tells_what_it_saw(desk: Desk) -> None:
    moved(desk, "Theirs")
    asked = ("drift", "--since", "d.json", "--output", "json=d.json")
    first = desk(*asked)
    assert first.code == 2
    assert "info[no-earlier-report]: there is no report d.json yet" in first.err
    assert desk(*asked).code == 0
    report = json.loads((desk.root / "d.json").read_text())
    assert (report["drifted"], report["news"], report["summary"]["news"]) == (True, False, 0)
    moved(desk, "Others")
    assert desk(*asked).code == 2
    desk.write("d.json", "{}")
    assert desk(*asked).code == 1


def test_a_journal_that_cannot_be_read_is_a_warning(desk: Desk) -> None:
    (desk.root / ".reconciler" / "journal.db").write_text("no database")
    for asked in ("plan",), ("drift",), ("drift", "--since", "last"):
        assert "warning[journal-unreadable]: " in desk(*asked).err


def test_a_known_difference_in_conflict_is_news(desk: Desk) -> None:
    moved(desk, "Theirs")
    assert desk("drift", "--since", "last").code == 2
    desk.edit("disks.yaml", "A drive", "Ours")
    assert desk("drift", "--since", "last").code == 2


def test_the_webhook_hears_of_changes_only(desk: Desk) -> None:
    with webhook() as (url, texts, _):
        assert desk("drift", "--notify", url).code == 0
        assert texts == [], "in sync, as before"
        moved(desk, "Theirs <!channel> `x`")
        assert [desk("drift", "--notify", url).code for _ in range(2)] == [2, 2]
        assert texts.pop().splitlines() == [
            "*Drift in 1 of 2 sources.* Environment `local`",
            ":warning: `disks`: 1 change outside git",
            "    • `Drive / description` drift",
        ]
        assert texts == [], "the second run had nothing new to tell"
        moved(desk, "A drive")
        assert desk("drift", "--notify", url).code == 0
        assert texts == [
            (
                "*No drift in 2 sources.* Environment `local`\n"
                ":white_check_mark: `disks`: 1 difference settled"
            )
        ]


def test_what_could_not_be_told_is_told_the_next_time(desk: Desk) -> None:
    moved(desk, "Theirs")
    with webhook() as (url, texts, server):
        server.instead.append(PlainTextResponse(f"no_service {SECRET}", 404))
        failed = desk("drift", "--notify", url, "--output", "json=d.json")
        assert failed.code == 1
        assert "404" in failed.err
        assert SECRET not in failed.out + failed.err
        assert (desk.root / "d.json").exists(), "the report is written all the same"
        assert desk("drift", "--notify", url).code == 2
        assert len(texts) == 1


def test_the_webhook_s_url_is_a_secret(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    moved(desk, "Theirs")
    monkeypatch.setenv("RECONCILER_NOTIFY", f"http://127.0.0.1:1/services/{SECRET}")
    refused = desk("--log-level", "debug", "drift")
    assert refused.code == 1
    assert "nothing listens on 127.0.0.1:1" in refused.err
    assert "start it" not in refused.err
    assert SECRET not in refused.out + refused.err
    with webhook() as (url, texts, _):
        monkeypatch.setenv("RECONCILER_NOTIFY", url)
        told = desk("--log-level", "debug", "drift")
        assert (told.code, len(texts)) == (2, 1)
        assert SECRET not in told.out + told.err


@pytest.mark.parametrize(
    "url", ["http://hooks.example/x", "ftp://127.0.0.1/x", "hooks", "https://a:b@hooks.example/x"]
)
def test_an_unsafe_webhook_is_wrong_usage(desk: Desk, url: str) -> None:
    done = desk("drift", "--notify", url)
    assert done.code == 64
    assert url not in done.err
