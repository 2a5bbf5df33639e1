"""The odd answers of a server, given to forges, trackers and a webhook."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from functools import partial
from typing import Any

import pytest

from reconciler.assets import call
from reconciler.errors import BackendError
from reconciler.forges import bitbucket, jira
from reconciler.forges.github import pulls as github
from reconciler.forges.gitlab import merge_requests as gitlab
from reconciler.forges.webhook import Webhook
from tests.support.forges.server import Pull
from tests.support.forges.services import FORGES, TRACKERS, Service
from tests.support.matrix import every_or
from tests.support.processes.raw_server import listening, request_head
from tests.support.samples.odd_answers import ODD_ANSWERS
from tests.support.stages.assets_wire import UNTIMED


def variables(service: Service, url: str) -> dict[str, str]:
    return service.variables(Pull(url=url))


def of_github(url: str) -> tuple[Any, Any]:
    pull = github.from_environment(variables(FORGES["github"], url), pull=None, pacing=UNTIMED)
    return pull, pull.comments


def of_gitlab(url: str) -> tuple[Any, Any]:
    pull = gitlab.from_environment(variables(FORGES["gitlab"], url), pull=None, pacing=UNTIMED)
    return pull, partial(pull.post, "hello")


def of_bitbucket(url: str) -> tuple[Any, Any]:
    values = variables(FORGES["bitbucket"], url)
    pull = bitbucket.from_environment(values, pull=None, pacing=UNTIMED)
    return pull, pull.comments


def of_jira(url: str) -> tuple[Any, Any]:
    tracker = jira.from_environment(variables(TRACKERS["jira"], url), pacing=UNTIMED)
    return tracker, partial(tracker.open_issues, "me")


OPENED: list[Callable[[str], tuple[Any, Any]]] = [of_github, of_gitlab, of_bitbucket, of_jira]


@pytest.mark.parametrize("opened", OPENED)
def test_an_odd_answer_is_a_value_or_an_error_of_ours(
    opened: Callable[[str], tuple[Any, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call, "READ_SECONDS", 2.0)
    monkeypatch.setattr(call, "WRITE_SECONDS", 2.0)
    answer = b""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_head(reader)
        writer.write(answer)

    async def scenario() -> dict[str, str]:
        nonlocal answer
        wrong: dict[str, str] = {}
        async with listening(serve) as base_url:
            api, ask = opened(base_url.removesuffix("/jsm/assets"))
            async with aclosing(api):
                # What reads an answer is the same for all: each meets others of them.
                some = [*ODD_ANSWERS][OPENED.index(opened) :: len(OPENED)]
                for odd in every_or(some, ODD_ANSWERS):
                    answer = ODD_ANSWERS[odd]
                    try:
                        await ask()
                    except BackendError as error:
                        if len(str(error)) > 1_000:
                            wrong[odd] = "a sentence without end"
                    except Exception as error:  # noqa: BLE001 - none may be raised
                        wrong[odd] = repr(error)
        return wrong

    assert asyncio.run(scenario()) == {}


def test_a_webhook_that_answers_oddly_is_a_sentence_without_its_url(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(call, "WRITE_SECONDS", 2.0)
    odd = ODD_ANSWERS["a list, 400"]

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(odd + await request_head(reader))

    async def scenario() -> BackendError:
        async with listening(serve) as base_url:
            with pytest.raises(BackendError) as caught:
                await Webhook.of(f"{base_url}/s3cr3t-path").post("hello", pacing=UNTIMED)
        return caught.value

    error = asyncio.run(scenario())
    assert "400" in str(error)
    assert "s3cr3t" not in f"{error}{error.raw}{error.hint}"
