"""The program works where what only POSIX systems have is missing, as on Windows.

It is taken away from the process before it starts: names of modules, files that are replaced while
they are open, `select` of what is no socket, and `/proc`.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.paths import ROOT
from tests.support.processes.program import started
from tests.support.processes.project import make_project, wanted
from tests.support.processes.server import emulator
from tests.support.processes.terminal import CONTROL, at_terminal
from tests.support.stages.cli_project import MANIFEST, PROJECT

HOOK = ROOT / "tests" / "support" / "processes" / "without_posix"


@pytest.fixture
def variables(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """Make such a process; it must not have called what is not there."""
    told = tmp_path / "told"
    yield {"TOLD": str(told), "PYTHONPATH": f"{HOOK}:{ROOT}", "LOGNAME": "", "USER": ""}
    assert not told.exists(), told.read_text(encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    (root / "reconciler.yaml").write_text(PROJECT, encoding="utf-8")
    (root / "disks.yaml").write_text(MANIFEST, encoding="utf-8")
    (root / "data.json").write_text(json.dumps({"drives": [{"serial": "a"}]}), encoding="utf-8")
    return root


EVERY_MODULE = """
import importlib, pkgutil, reconciler
for module in pkgutil.walk_packages(reconciler.__path__, "reconciler."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
"""


def test_every_module_is_loaded(variables: dict[str, Any]) -> None:
    environ = {**os.environ, **variables}
    run = subprocess.run(
        [sys.executable, "-c", EVERY_MODULE],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")


def test_a_manifest_is_planned_applied_and_gets_its_data(
    project: Path, variables: dict[str, Any]
) -> None:
    for command, code in {
        "plan --detailed-exitcode -o plan.json --output markdown=plan.md": 2,
        "apply plan.json --auto-approve --output json=report.json": 0,
        "plan --detailed-exitcode --record record.json": 0,
        "ingest run disks data.json": 0,
        "fmt": 0,
        "pull disks": 0,
        "drift --save drift.json": 0,
        "doctor": 0,
    }.items():
        with started(*command.split(), cwd=project, **variables) as run:
            out, err = run.communicate()
        assert run.returncode == code, f"{command}\n{out}{err}"


@pytest.mark.parametrize(("answer", "code"), [("yes\n", 0), ("\x03", 130)])
def test_a_person_approves_at_a_terminal_or_does_not(
    project: Path, variables: dict[str, Any], answer: str, code: int
) -> None:
    with at_terminal("apply", cwd=project, width=100, **variables) as terminal:
        terminal.until("Enter a value: ")
        terminal.type(answer)
        shown = CONTROL.sub("", terminal.until(None))
        assert terminal.process.wait() == code, shown


def test_an_apply_is_interrupted_and_resumed(tmp_path: Path, variables: dict[str, Any]) -> None:
    with emulator("--steps", "1", "--fault", "get-progress:never-ending:1") as server:
        project = make_project(tmp_path, server, ("s",), "sqlite:///.reconciler/journal.db")
        project.want({"s": wanted("s")})
        variables |= {"TOKEN": server.token}
        apply = ("apply", "--auto-approve", "--timeout", "5")
        with started(*apply, cwd=project.root, **variables) as run:
            assert run.stderr is not None
            said = ""
            while "IN_PROGRESS" not in said:
                said += run.stderr.readline()
                assert run.poll() is None, said + run.stderr.read()
            run.send_signal(signal.SIGINT)
            run.send_signal(signal.SIGTERM)
            _, err = run.communicate()
            assert run.returncode == 130, err
        with started("apply", "--resume", cwd=project.root, **variables) as run:
            out, err = run.communicate()
        assert run.returncode == 0, out + err
