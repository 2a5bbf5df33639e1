"""Plays a story on the simulated site, and tells it as a page in Markdown: the tutorial."""

import contextlib
import difflib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from reconciler.emulator.faults import SCHEMA_CREDENTIAL
from tests.support.forges import github_pulls
from tests.support.paths import ROOT
from tests.support.processes import postgres
from tests.support.processes.server import emulator
from tests.support.processes.shell_program import program
from tests.support.site.assets import WORKSPACE, Assets
from tests.support.site.proxy import BadNetwork, bad_network
from tests.support.site.story import HEAD, Act, Edit, InAssets, PullRequest, Run, Step

PROJECT = Path(__file__).parent / "project"
GOLDEN = ROOT / "docs" / "tutorial.md"
# Commits have ids of their own where who and when are the same.
_SAME_COMMITS = {
    f"GIT_{role}_{key}": value
    for role in ("AUTHOR", "COMMITTER")
    for key, value in (
        ("NAME", "Ann Weber"),
        ("EMAIL", "ann.weber@example.com"),
        ("DATE", "2027-01-11T09:00:00Z"),
    )
} | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
# What differs from run to run, and what stands for it.
_VARYING = (
    (r"http://127\.0\.0\.1:\d+", "http://127.0.0.1:8080"),
    (r"20\d\d-\d\d-\d\d([ T])\d\d:\d\d:\d\d(\.\d+)?", r"2027-01-11\g<1>09:00:00"),
    (r"observed 20\d\d-\d\d-\d\d", "observed 2027-01-11"),
    (r"\b\d+\.\d s\b", "0.1 s"),
    (r"\btried (\d+) times in \d+ s\b", r"tried \1 times in 1 s"),
    (r"(reconciler|Python|httpx|SQLAlchemy) \d[\w.]*", r"\1 0.0"),
    (r'"version": "[^"]+"', '"version": "0.0"'),
    # Which answer told the time, and who ran it.
    (r"(the clock is within 30 s of the API's) .*", r"\1"),
    (r"by \S+ \(pid \d+\)", "by ann@laptop (pid 4711)"),
    # Assets numbers types and attributes in the order in which it meets them.
    (r"(attribute[ /]|typeId=|' \()\d+(/\d+)?", r"\g<1>42"),
    (r"sha256:\w+(?=\nPlan: .* schema operation)", "sha256:7f8e9d"),
    # How often something was asked for that goes on meanwhile.
    (r"\d+ requests? (?:was|were) sent again, after .*\n", ""),
)


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Where a story is played: a project in *root*, the programs on its PATH, and the site."""

    root: Path
    variables: dict[str, str]
    assets: Assets
    desk: Any
    network: BadNetwork

    @property
    def weather(self) -> str:
        """What the network did to how many requests."""
        fates = sorted(self.network.fates.items())
        return ", ".join(f"{number} × {fate}" for fate, number in fates)

    @property
    def project(self) -> Path:
        """The folder of the project."""
        return self.root / "assets-as-code"

    def play(self, steps: Sequence[Step]) -> Iterator[str]:
        """Do each of *steps*, and yield what there is to read of it; an exit code must be right."""
        yield HEAD
        for step in steps:
            match step:
                case Act(title=title, text=text):
                    yield f"\n## {title}\n\n{text}\n"
                case InAssets(text=text, done=done):
                    done(self.assets)
                    yield f"\n{_sentence(text)}\n"
                case Edit():
                    yield f"\n{_sentence(step.text, end=':')}\n" + _block(
                        "diff", self._edited(step)
                    )
                case PullRequest():
                    body = self._same(self.desk.comments[-1]["body"])
                    yield "\nThe comment on the pull request:\n" + _block("markdown", body)
                case Run():
                    yield _block("console", f"$ {step.line}\n{self._ran(step)}")
                    if step.notice:
                        yield f"\n{_sentence(step.notice)}\n"

    def _edited(self, step: Edit) -> str:
        path = self.project / step.file
        old = path.read_text(encoding="utf-8")
        assert old.count(step.old) == 1, f"{step.file} has no {step.old!r}"
        new = old.replace(step.old, step.new)
        path.write_text(new, encoding="utf-8")
        lines = difflib.unified_diff(old.splitlines(), new.splitlines(), n=1, lineterm="")
        return "\n".join(line for line in [*lines][2:] if not line.startswith("@@"))

    def _ran(self, step: Run) -> str:
        ended = subprocess.run(
            ["bash", "-o", "pipefail", "-c", step.line],
            cwd=self.project,
            env=self.variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        out, said = ended.stdout, ended.stderr
        assert ended.returncode == step.code, f"{step.line}: {ended.returncode}\n{out}{said}"
        if not out.strip() and said:
            out = re.sub("^Reading .*\n", "", said, flags=re.MULTILINE)
        code = f"[exit {step.code}]\n" if step.code else ""
        return self._same(out) + code

    def _same(self, text: str) -> str:
        """Return *text* with what differs from run to run replaced."""
        for pattern, instead in _VARYING:
            text = re.sub(pattern, instead, text)
        return text.replace(self.variables["JOURNAL"], "JOURNAL").replace(str(self.root), "~")


def _sentence(text: str, end: str = ".") -> str:
    return f"{text[0].upper()}{text[1:].rstrip(',')}{end}"


def _block(language: str, text: str) -> str:
    """Return *text* as a block of Markdown, whose fence is longer than any in it."""
    longest = max((len(found) for found in re.findall("`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return f"\n{fence}{language}\n{lines}\n{fence}\n"


@contextlib.contextmanager
def stage(root: Path, *, database: bool, own: bool) -> Iterator[Stage]:
    """Set up the site below *root*, behind a bad network, with PostgreSQL or without.

    *own* processes are started from nothing, as a shell does; else they are forked.
    """
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(emulator(db=root / "emulator.db"))
        url = httpx.URL(server.base_url)
        assets = Assets(url=server.base_url, token=server.token)
        stack.enter_context(assets.client)
        assets.found()
        assert url.port
        between = stack.enter_context(bad_network(url.port))
        url = url.copy_with(port=between.port)
        journal = "sqlite:///.reconciler/journal.db"
        if database:
            journal = postgres.new_schema(stack.enter_context(postgres.server()), "site")
        email, api_token = SCHEMA_CREDENTIAL.split(":")
        desk = stack.enter_context(github_pulls.github())
        programs = root / "programs"
        programs.mkdir()
        started = f'#!/bin/sh\nexec {sys.executable} -m reconciler "$@"\n'
        (programs / "reconciler").write_text(started if own else program(sys.executable), "utf-8")
        (programs / "reconciler").chmod(0o755)
        shutil.copytree(PROJECT, root / "assets-as-code")
        yield Stage(
            root=root,
            assets=assets,
            desk=desk,
            network=between,
            variables={
                "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
                "PYTHONPATH": str(ROOT),
                "STAND_INS": str(root),
                "HOME": str(root),
                "LANG": "C.UTF-8",
                "DB": str(root / "emulator.db"),
                "ASSETS_URL": str(url),
                "ASSETS_WORKSPACE": WORKSPACE,
                "ASSETS_TOKEN": server.token,
                "EMPLOYEES_TOKEN": assets.source_token("employees"),
                "ASSETS_EMAIL": email,
                "ASSETS_API_TOKEN": api_token,
                "JOURNAL": journal,
                **_SAME_COMMITS,
                **github_pulls.variables(desk),
            },
        )
