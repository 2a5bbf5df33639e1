"""A server that does not answer ends each command in time: what did not, and how long.

The clock of a command stands still until the server has its first request: how long a connection
takes is the machine's doing.
"""

import asyncio
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from reconciler.app import backends, git
from reconciler.forges import requests
from tests.support.forges.github_pulls import variables
from tests.support.forges.server import Pull
from tests.support.matrix import crossed
from tests.support.processes.raw_server import (
    Handler,
    continuing,
    dripping_body,
    dripping_head,
    in_thread,
    request_head,
    silent,
)
from tests.support.stages.cli_project import PROJECT, Desk

Serving = Callable[[Handler], AbstractContextManager[str]]


async def limited(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Ask for patience until the year 9999."""
    await request_head(reader)
    writer.write(
        b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: Fri, 31 Dec 9999 23:59:59 GMT\r\n"
        b"Content-Length: 0\r\n\r\n"
    )


LATE = r"127\.0\.0\.1:\d+ did not answer within (0\.\d+|1) s"
SERVERS: dict[str, tuple[Handler, str]] = {
    "silent": (silent, LATE),
    "a drip of a body": (dripping_body, LATE),
    "a drip of a head": (dripping_head, LATE),
    "answers that go on": (continuing, LATE),
    "a far-away Retry-After": (limited, "the next request is welcome in more than a day"),
}
COMMANDS: dict[str, tuple[str, ...]] = {
    "issue": ("issue", "github", "--report", "report.json", "--author", "me"),
    "plan": ("plan", "disks"),
    "apply": ("apply", "disks", "--auto-approve"),
    "drift": ("drift", "disks"),
    "pull": ("pull", "disks"),
    "status": ("status", "disks"),
    "token": ("token", "disks", "--show"),
    "preview": ("preview", "disks", "data.json", "--against", "live"),
    "ingest": ("ingest", "run", "disks", "data.json", "--timeout", "1"),
    "ingest status": ("ingest", "status", "disks"),
}


@pytest.fixture
def hurried(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Desk]:
    """Return the function that gives a project at a base URL; commands have 0.3 s to read."""
    monkeypatch.setattr(backends, "READING_SECONDS", 0.3)
    monkeypatch.setattr(backends, "ROUND_SECONDS", 0.0)
    monkeypatch.setattr(backends, "REQUESTS_PER_MINUTE", 1_000_000)
    monkeypatch.setattr(requests, "FORGE_SECONDS", 0.3)
    desk.write("data.json", '{"drives": [{"serial": "s1"}]}')
    assert desk("drift", "--output", "json=report.json").code == 2

    def at(base_url: str) -> Desk:
        cloud = (
            f"backend: cloud\n    baseUrl: {base_url}\n    workspaceId: w\n"
            '    auth: {bearer: "t0ken"}\n'
            "    sources: {disks: {importSourceId: d}, people: {importSourceId: p}}\n"
        )
        text = PROJECT.replace("{backend: embedded}", f"\n    {cloud}", 1)
        desk.write("reconciler.yaml", text)
        for name, value in variables(Pull(url=base_url)).items():
            monkeypatch.setenv(name, value)
        return desk

    return at


@pytest.fixture
def serving(monkeypatch: pytest.MonkeyPatch) -> Serving:
    """Return what serves, and lets time pass for the program from the first request on."""
    real = time.monotonic

    @contextmanager
    def serve(handler: Handler) -> Iterator[str]:
        began, asked = real(), list[float]()

        def now() -> float:
            if threading.current_thread() is not threading.main_thread():
                return real()
            return began + real() - asked[0] if asked else began

        async def noting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = await request_head(reader)
            asked.append(real())
            reader.feed_data(head)
            await handler(reader, writer)

        with in_thread(noting) as base_url:
            monkeypatch.setattr(time, "monotonic", now)
            yield base_url
            monkeypatch.setattr(time, "monotonic", real)

    return serve


@pytest.mark.parametrize(("command", "server"), crossed(COMMANDS, SERVERS))
def test_no_server_holds_a_command(
    hurried: Callable[[str], Desk], serving: Serving, command: str, server: str
) -> None:
    handler, said = SERVERS[server]
    with serving(handler) as base_url:
        result = hurried(base_url)(*COMMANDS[command])
    assert result.code == 1
    assert re.search(said, result.err + result.out)
    assert "bug" not in result.err


def test_sources_that_are_left_when_the_time_is_over_are_not_asked_for(
    hurried: Callable[[str], Desk], serving: Serving
) -> None:
    with serving(silent) as base_url:
        result = hurried(base_url)("plan", "--parallelism", "1")
    assert result.code == 1
    assert re.search(f"disks.*{LATE}", result.err)
    assert re.search(r"people.* was not sent: the time of 0\.3 s is over", result.err)


def test_a_git_that_hangs_holds_no_command(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    hanging = desk.write("git", "#!/bin/sh\nexec sleep 60\n")
    hanging.chmod(0o755)
    monkeypatch.setenv("PATH", str(desk.root), prepend=os.pathsep)
    monkeypatch.setattr(git, "_SECONDS", 0.2)
    result = desk("drift", "--base", "HEAD")
    assert result.code == 1
    assert re.search(r"git [a-z-]+ had not ended after 0\.2 s", result.err)
