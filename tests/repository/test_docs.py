"""What the README says is so: commands parse, links lead somewhere, dependencies have reasons."""

import itertools
import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.cli import run
from reconciler.codes.failure import StaleCode
from reconciler.planning.risk_codes import RiskCode
from tests.support.paths import ROOT
from tests.support.pipelines.jobs import git

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = "\n".join([README, *(p.read_text(encoding="utf-8") for p in (ROOT / "docs").rglob("*.md"))])
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

SHELL_BLOCK = re.compile(r"^ *```(?:bash|console|sh)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
SHELL_WORDS = {"|", "||", "&&", ";", ">", ">>", "<", "&"}


def shell_commands(pages: str) -> Iterator[tuple[str, ...]]:
    """Yield the words of each `reconciler` command, up to a pipe or redirection."""
    for block in SHELL_BLOCK.findall(pages):
        for line in block.replace("\\\n", " ").splitlines():
            text = line.strip().removeprefix("$ ")
            if not text.startswith("reconciler "):
                continue
            words = shlex.split(text, comments=True)
            end = next((i for i, word in enumerate(words) if word in SHELL_WORDS), len(words))
            yield tuple(words[1:end])


COMMANDS = sorted(set(shell_commands(PAGES)))
# These need somebody else.
NOT_RUN = {
    "--environment production": "the variables of an environment in the cloud",
    "plan --live answer.json": "an answer of the API",
    "pull laptops": "the import source of the reader",
    "pull --dry-run laptops": "the same",
    "comment": "a forge",
    "emulator --host": "a server, which goes on",
    "ingest cancel disk-analysis --foreign": "an answer at a terminal",
}


def test_the_readme_shows_what_the_demo_runs() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    demo = re.findall(r"\$\(call reconciler,(.*)\)", makefile)
    assert len(demo) == 6
    assert {tuple(shlex.split(command)) for command in demo} <= set(COMMANDS)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_each_command_of_the_pages_parses(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--help` stops click after it parsed the options, before anything is done."""
    monkeypatch.chdir(ROOT)
    code = run([*words, "--help"])
    shown = capsys.readouterr()
    assert code == 0, shown.err
    assert "Usage:" in shown.out


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the root of what a fresh clone has that commands need, with `origin/main`."""
    root = tmp_path_factory.mktemp("clone")
    shutil.copytree(
        ROOT / "manifests", root / "manifests", ignore=shutil.ignore_patterns(".reconciler")
    )
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "The example project")
    git(root, "update-ref", "refs/remotes/origin/main", "HEAD")
    return root


def test_the_commands_of_the_readme_run_in_their_order_from_the_root_of_a_clone(
    clone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(clone)
    lines = [" ".join(words) for words in shell_commands(README)]
    assert [each for each in NOT_RUN if not any(line.startswith(each) for line in lines)] == []
    failed = {}
    for line in lines:
        if not line.startswith(tuple(NOT_RUN)) and (code := run(shlex.split(line))):
            failed[line] = code, capsys.readouterr().err
    # The import that came before is done.
    assert list(failed) == ["ingest cancel disk-analysis"], failed


def test_every_command_of_the_program_is_in_the_readme(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    listed = re.findall(r"^  ([a-z][a-z-]*)(?:  |$)", capsys.readouterr().out, re.MULTILINE)
    assert listed
    table = README.partition("## Commands\n")[2].partition("\n\nEach")[0]
    assert sorted(re.findall(r"^\| `([a-z][a-z-]*)", table, re.MULTILINE)) == sorted(listed)


@pytest.mark.parametrize("target", sorted({t for t in LINK.findall(README) if "://" not in t}))
def test_each_file_that_the_readme_links_is_there(target: str) -> None:
    assert (ROOT / target.partition("#")[0]).exists()


def test_every_dependency_is_named_with_its_versions_and_reason() -> None:
    lists = PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()
    stated = {re.sub(r"\[\w+\]", "", each) for each in itertools.chain.from_iterable(lists)}
    told = re.findall(r"^\| `([A-Za-z0-9_.-]+)` \| `([^`]+)` \| \w.+ \|$", README, re.MULTILINE)
    assert {name + versions for name, versions in told} == stated


def test_make_targets_of_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    shown = set(re.findall(r"\bmake ([a-z-]+)`", README)) | {
        word
        for block in SHELL_BLOCK.findall(README)
        for word in re.findall(r"^(?:\$ )?make ([a-z-]+)", block, re.MULTILINE)
    }
    assert {"demo", "test"} <= shown
    assert shown - targets == set()


def test_the_risks_are_told_as_plans_tell_them() -> None:
    page = (ROOT / "docs" / "plans.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| (review|data) \| (.+?) \|$", page, re.MULTILINE)
    assert rows == [(code, code.risk, code.sentence) for code in RiskCode]


def test_the_reasons_why_a_plan_is_stale_are_those_of_the_program() -> None:
    page = (ROOT / "docs" / "plans.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `([a-z]+-[a-z]+(?:-[a-z]+)?)` \| [^|]+ \|$", page, re.MULTILINE))
    of_the_comment = {StaleCode.PLAN_CHANGED, StaleCode.MISSING}
    assert listed == {*StaleCode} - of_the_comment
