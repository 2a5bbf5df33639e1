"""`ingest status`: the latest execution of each source, shown, awaited and never touched."""

import json
import os
import re
import shlex
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.processes.program import started
from tests.support.processes.server import emulator
from tests.support.processes.terminal import CONTROL, at_terminal
from tests.support.stages.cli_project import MANIFEST, OTHER, Desk

NUMBERS = count()
HOSTILE = "scan.json: broken at byte 7 \x1b[2J\u202e"


@pytest.fixture(scope="module")
def served(request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    """The base URL and token of an emulator, whose sources are told apart by their ids."""
    with emulator("--steps", "1", "--duration", "0", *getattr(request, "param", ())) as server:
        yield server.base_url, server.token


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """A project of two sources at an emulator, and an importer beside it."""

    desk: Desk
    ids: dict[str, str]
    http: httpx.Client

    def begin(self, source: str, *serials: str, completed: bool = False) -> dict[str, str]:
        """Begin an execution, send drives, and return its links."""
        links = self._post(f"importsource/{self.ids[source]}/executions").json()["links"]
        data = {"drives": [{"serial": serial} for serial in serials]}
        self._post(links["submitResults"], {"data": data, "completed": completed})
        return dict(links)

    def fail(self, source: str) -> None:
        """Begin an execution and let it fail."""
        link = self.begin(source)["cancel"]
        self._post(f"{link}/history/failed", {"failureReason": HOSTILE})

    def cancel(self, source: str) -> None:
        """Begin an execution and cancel it."""
        assert self.http.delete(self.begin(source)["cancel"]).is_success

    def _post(self, url: str, body: Any = None) -> httpx.Response:
        answer = self.http.post(url, json=body)
        assert answer.is_success, answer.text
        return answer


@pytest.fixture
def field(
    served: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Field]:
    base_url, token = served
    monkeypatch.chdir(tmp_path)
    number = next(NUMBERS)
    ids = {source: f"{source}-{number}" for source in ("disks", "people")}
    desk = Desk(root=tmp_path, capture=capsys)
    # External ids are unique over all schemas of the emulator.
    desk.write("disks.yaml", MANIFEST.replace("/", f"-{number}/"))
    desk.write("people.yaml", OTHER.replace("/", f"-{number}/"))
    desk.write(
        "reconciler.yaml",
        "environments:\n"
        "  server:\n"
        "    backend: cloud\n"
        f"    baseUrl: {base_url}\n"
        "    workspaceId: w\n"
        f"    auth: {{bearer: {token}}}\n"
        f"    sources: {{disks: {{importSourceId: {ids['disks']}}}, "
        f"people: {{importSourceId: {ids['people']}}}}}\n"
        "defaultEnvironment: server\n",
    )
    assert desk("apply", "--auto-approve").code == 0
    with httpx.Client(
        base_url=f"{base_url}/workspace/w/v1/", headers={"Authorization": f"Bearer {token}"}
    ) as http:
        yield Field(desk=desk, ids=ids, http=http)


def rows(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def test_where_nothing_ran_that_is_said(field: Field) -> None:
    shown = field.desk("ingest", "status")
    assert (shown.code, shown.err) == (0, "")
    assert rows(shown.out)[1:] == [["disks", "never"], ["people", "never"]]


def test_one_row_for_each_source(field: Field) -> None:
    field.begin("disks", "A1", "A2", completed=True)
    assert field.desk("ingest", "status", "--watch").code == 0
    field.begin("people")
    shown = field.desk("ingest", "status")
    assert shown.code == 0
    disks, people = rows(shown.out)[1:]
    assert (disks[:2], disks[-4:]) == (["disks", "DONE"], ["2", "2", "0", "0"])
    assert people[:2] == ["people", "INGESTING"]


def test_a_single_source_is_told_whole(field: Field) -> None:
    field.begin("disks", "A1", "A1", completed=True)
    shown = field.desk("ingest", "status", "disks", "--watch")
    assert shown.code == 0
    assert rows(shown.out)[0] == ["disks", "DONE"]
    assert rows(shown.out)[-1] == ["Drive", "2", "1", "0", "0", "1", "0"]
    assert shown.err.splitlines()[-1] == "disks: DONE"


@pytest.mark.parametrize("end", [Field.fail, Field.cancel], ids=["failed", "cancelled"])
def test_an_execution_that_ended_badly_is_exit_1(field: Field, end: Callable[..., None]) -> None:
    end(field, "disks")
    shown = field.desk("ingest", "status")
    assert shown.code == 1
    assert field.desk("ingest", "status", "--watch").code == 1
    assert field.desk("ingest", "status", "people").code == 0
    assert ("error: disks: scan.json: broken at byte 7 \\x1b[2J\\u202e" in shown.out) == (
        end is Field.fail
    )


# What cannot be read is not looked at a second time, some seconds later.
UNREADABLE_TWICE = ("--fault", "get-execution-status:status=403:2")


@pytest.mark.parametrize("served", [UNREADABLE_TWICE], indirect=True, ids=["unreadable"])
def test_a_stuck_import_is_ended_by_the_command_that_the_refusal_names(
    field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    field.begin("disks", "A1")
    data = field.desk.write("data.json", json.dumps({"drives": [{"serial": "A1"}]}))
    monkeypatch.chdir("/")
    run = ("-C", str(field.desk.root), "-e", "server", "ingest", "run", "disks", data.name)
    refused = field.desk(*run)
    (line,) = (line for line in refused.err.splitlines() if "--foreign" in line)
    reconciler, *cancel = shlex.split(line.partition("  ends")[0])
    assert (refused.code, reconciler) == (1, "reconciler")
    unasked = field.desk(*cancel)
    assert (unasked.code, unasked.err.count("there is no terminal to ask")) == (1, 1)
    for answer in ("no", "yes"):
        reader, writer = os.openpty()
        with os.fdopen(reader, "w") as typing, os.fdopen(writer) as terminal:
            monkeypatch.setattr("sys.stdin", terminal)
            typing.write(f"{answer}\n")
            typing.flush()
            answered = field.desk(*cancel)
        assert answered.code == (answer != "yes")
        assert "so its progress is unknown" in answered.err
    assert "disks   cancelled" in answered.out
    assert field.desk(*run).code == 0
    history = field.desk("-C", str(field.desk.root), "history").out
    assert "disks  done" in history
    assert "1 entry, 1 chunk taken\n    1 created\n    ended " in history
    nothing = field.desk(*cancel, "--auto-approve")
    assert (nothing.code, nothing.out) == (0, "Nothing runs on disks.\n")


def test_for_programs(field: Field) -> None:
    field.fail("disks")
    shown = field.desk("ingest", "status", "--format", "json")
    assert shown.code == 1
    told = json.loads(shown.out)
    assert (told["format_version"], told["environment"]) == ("1.1", "server")
    assert told["diagnostics"] == []
    disks, people = told["sources"]
    assert (disks["error"], disks["execution"]["result"]) == (None, "ERROR")
    assert disks["execution"]["errors"] == [HOSTILE]
    assert disks["execution"]["ended_well"] is False
    assert people == {"source": "people", "execution": None, "error": None}


def test_what_cannot_be_read_does_not_hide_the_others(field: Field) -> None:
    field.begin("people", "A1", completed=True)
    bound = f"importSourceId: {field.ids['disks']}"
    field.desk.edit("reconciler.yaml", bound, f"{bound}, auth: {{bearer: wrong}}")
    shown = field.desk("ingest", "status", "--watch")
    assert shown.code == 1
    disks, people = rows(shown.out)[1:]
    assert (disks, people[:2]) == (["disks", "unreadable"], ["people", "DONE"])
    assert "error: disks: GET importsource" in shown.err
    told = json.loads(field.desk("ingest", "status", "--format", "json").out)["sources"]
    assert (told[0]["execution"], told[0]["error"]["code"]) == (None, "unauthorized")
    assert told[1]["execution"]["status"] == "DONE"


def test_ctrl_c_cancels_nothing(field: Field) -> None:
    links = field.begin("disks", "A1")
    with started("ingest", "status", "--watch", cwd=field.desk.root) as process:
        assert process.stderr is not None
        while "disks: INGESTING" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert (process.returncode, out) == (130, "")
    assert "Nothing was cancelled" in err
    assert "Traceback" not in err
    assert field.http.get(links["getExecutionStatus"]).json()["status"] == "INGESTING"


def test_a_person_sees_one_line_that_changes(field: Field) -> None:
    links = field.begin("disks", "A1")
    with at_terminal("ingest", "status", "--watch", cwd=field.desk.root, width=80) as terminal:
        terminal.until(r"1/2 ended  disks INGESTING")
        field.http.post(links["submitResults"], json={"completed": True})
        shown = CONTROL.sub("", terminal.until(None))
        assert terminal.process.wait() == 0
    assert "disks: " not in shown
    assert re.search(r"disks\s+latest execution +DONE", shown), "the table, after the line"
