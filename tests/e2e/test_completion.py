"""Completion, in the shells themselves: what stands on the line after the key, and its quotes."""

import os
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reconciler.cli import run
from tests.support.paths import ROOT
from tests.support.processes.terminal import Terminal, at_terminal
from tests.support.stages.cli_project import Desk, make_desk

SHELLS = {
    "bash": ("bash", "--norc", "--noprofile", "-i"),
    "zsh": ("zsh", "-f", "-i"),
    "fish": ("fish", "--no-config", "-i"),
}
SET_UP = {
    "bash": "eval \"$(cat bash)\"; bind 'set bell-style none'",
    "zsh": 'unsetopt list_beep; autoload -Uz compinit; compinit -u -D; eval "$(cat zsh)"',
    "fish": "source fish",
}
# What is typed before the key, and the words that the program is called with then.
LINES = {
    "reconciler pla": ["plan"],
    "reconciler plan --envi": ["plan", "--environment"],
    "reconciler plan dis": ["plan", "disks"],
    "reconciler plan my": ["plan", "my disks"],
    "reconciler plan -e prod": ["plan", "-e", "production"],
    "reconciler -e production plan dis": ["-e", "production", "plan", "disks"],
    "reconciler plan --label te": ["plan", "--label", "team=it"],
    "reconciler plan --label team=i": ["plan", "--label", "team=it"],
    "reconciler plan --label=team=i": ["plan", "--label=team=it"],
    "reconciler drift --format prom": ["drift", "--format", "prometheus"],
    "reconciler drift --format=prom": ["drift", "--format=prometheus"],
    "reconciler show pl": ["show", "plan.json"],
    "reconciler explain plan.json disks/m": [
        *("explain", "plan.json", "disks/mappings[object-type/drive]"),
    ],
    "reconciler fmt disks.y": ["fmt", "disks.yaml"],
    "reconciler explain no-lab": ["explain", "no-label"],
    "reconciler explain dis": ["explain", "disks"],
    "reconciler plan -o plan.j": ["plan", "-o", "plan.json"],
    "reconciler plan --live non": ["plan", "--live", "none"],
    # Behind `=` goes a file, and no space.
    "reconciler plan --output htm\tx.html": ["plan", "--output", "html=x.html"],
    "reconciler plan --output=json=plan.j": ["plan", "--output=json=plan.json"],
    "reconciler plan --data dis\tplan.j": ["plan", "--data", "disks=plan.json"],
}


@pytest.fixture
def named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    """A project with names for all that is completed; the program tells its words instead."""
    desk = make_desk(tmp_path, monkeypatch, capsys)
    desk.edit("people.yaml", "source: people", "source: my disks\nlabels: {team: it}")
    assert desk("plan", "disks", "-o", "plan.json").code == 0
    for shell in SHELLS:
        desk.write(shell, desk("completion", shell).out)
    program = desk.write(
        "reconciler",
        "#!/bin/sh\n"
        'if [ -z "$_RECONCILER_COMPLETE" ]; then\n'
        'printf called:; printf "<%s>" "$@"; echo; exit; fi\n'
        f'exec {sys.executable} -m reconciler "$@"\n',
    )
    program.chmod(stat.S_IRWXU)
    return desk


@contextmanager
def at(shell: str, desk: Desk) -> Iterator[Terminal]:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    path = f"{desk.root}:{os.environ['PATH']}"
    with at_terminal(
        cwd=desk.root,
        width=200,
        program=SHELLS[shell],
        PATH=path,
        HOME=str(desk.root),
        PYTHONPATH=str(ROOT),
    ) as terminal:
        terminal.type(f"{SET_UP[shell]}; echo set up''\r")
        terminal.until("set up\r?\n")
        yield terminal


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_completes_what_the_project_names(shell: str, named: Desk) -> None:
    with at(shell, named) as terminal:
        for line, words in LINES.items():
            terminal.shown = ""
            terminal.type(f"{line}\t\r")
            shown = terminal.until(r"called:<.*>\r?\n")
            assert f"called:<{'><'.join(words)}>" in shown, line


def answer(
    words: str, monkeypatch: pytest.MonkeyPatch, desk: Desk, shell: str = "fish"
) -> list[str]:
    """Return what a shell is told for the line of *words*, the last of which is begun."""
    monkeypatch.setenv("_RECONCILER_COMPLETE", f"{shell}_complete")
    monkeypatch.setenv("COMP_WORDS", f"reconciler {words}")
    begun = words.rpartition(" ")[2]
    monkeypatch.setenv("COMP_CWORD", begun if shell == "fish" else str(len(words.split(" "))))
    done = desk()
    assert (done.code, done.err) == (0, "")
    return [line.partition(",")[2].partition("\t")[0] for line in done.out.splitlines()]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("ingest c", ["cancel"]),
        ("plan --data ", ["disks=", "my disks="]),
        ("plan --output m", ["markdown="]),
        ("plan --max-risk ", ["none", "review", "data"]),
        ("comment --source d", ["disks"]),
        ("-e ", ["local", "production"]),
        ("emulator objects d", ["disks"]),
        ("explain nothing.json ", []),
        ("explain disks.yaml ", []),
        ("plan --label nope=", []),
    ],
)
def test_what_is_offered(
    words: str, expected: list[str], named: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert answer(words, monkeypatch, named) == expected


def test_names_are_those_of_the_directory_that_the_line_names(
    named: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(named.root.parent)
    for words in (f"-C {named.root} plan d", f"plan -C {named.root} d"):
        assert answer(words, monkeypatch, named) == ["disks"]


def test_a_project_in_error_offers_what_can_be_read_and_no_name_reaches_the_shell_raw(
    named: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    named.write("bad\x1b[2J.yaml", "schema: {}\n")
    named.write("half.yaml", "source: half\nschema: [")
    named.edit("people.yaml", "{team: it}", '{team: "\\u001b]it"}')
    found = answer("plan ", monkeypatch, named)
    assert found == ["disks", "half", "my disks"]
    named.write("reconciler.yaml", "environments: [")
    assert answer("plan ", monkeypatch, named) == []
    assert answer("plan --detailed", monkeypatch, named) == ["--detailed-exitcode"]


def in_powershell(words: str, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what PowerShell is told, which is not to be had here: by its script's variables."""
    monkeypatch.setenv("_RECONCILER_COMPLETE", "powershell_complete")
    monkeypatch.setenv("COMP_WORDS", f"reconciler {words}")
    monkeypatch.setenv("COMP_CWORD", str(len(words.split(" "))))
    lines = desk().out.splitlines()
    assert {*lines[::3]} <= {"plain", "file", "dir"}
    return lines[1::3]


def test_powershell_is_told_words_as_it_reads_them(
    named: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    (named.root / "a\\b").mkdir()
    named.write("a\\b/disks.yaml", "source: elsewhere\n")
    for words, told in {
        "pla": ["plan"],
        "plan ": ["disks", "'my disks'"],
        "plan --label te": ["team=it"],
        "plan -C a\\b ": ["elsewhere"],
        "explain plan.json disks/m": ["disks/mappings[object-type/drive]"],
    }.items():
        assert in_powershell(words, named, monkeypatch)[: len(told)] == told


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_each_shell_has_a_script_that_asks_the_program(
    shell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["completion", shell]) == 0
    assert f"{shell}_complete" in capsys.readouterr().out
