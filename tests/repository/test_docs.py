"""What the README says is so: commands parse, links lead somewhere, dependencies have reasons."""

import itertools
import os
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
from tests.support.pages import picture
from tests.support.paths import ROOT
from tests.support.pipelines.jobs import git

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = "\n".join([README, *(p.read_text(encoding="utf-8") for p in (ROOT / "docs").rglob("*.md"))])
DOCS = ROOT / "docs"
PAGES_WITH_COMMANDS = sorted(
    [*(DOCS / "how-to").glob("*.md"), *(DOCS / f"{name}.md" for name in ("plans", "mapping"))]
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

PICTURE = ROOT / "docs" / "pictures" / "plan.svg"
SHELL_BLOCK = re.compile(r"^ *```(?:bash|console|sh)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
SHELL_WORDS = {"|", "||", "&&", ";", ">", ">>", "<", "&"}


def shell_commands(pages: str) -> Iterator[tuple[str, ...]]:
    """Yield the words of each `reconciler` command, up to a pipe or redirection."""
    for block in SHELL_BLOCK.findall(pages):
        # What a console shows besides is no command.
        prompt = "$ " if "$ " in block else ""
        for line in block.replace("\\\n", " ").splitlines():
            text = line.strip()
            if not text.startswith(f"{prompt}reconciler "):
                continue
            text = text.removeprefix(prompt)
            words = shlex.split(text, comments=True)
            end = next((i for i, word in enumerate(words) if word in SHELL_WORDS), len(words))
            yield tuple(words[1:end])


COMMANDS = sorted(set(shell_commands(PAGES)))
# What the pages name and a clone has not.
NOT_RUN = {
    "--environment": "an environment in the cloud, or of a recording",
    "plan --live answer.json": "an answer of the API",
    "pull laptops": "the import source of the reader",
    "pull --dry-run laptops": "the same",
    "comment": "a forge",
    "issue": "the same",
    "emulator --host": "a server, which goes on",
    "ingest cancel disk-analysis --foreign": "an answer at a terminal",
    "explain plan.json 'disk-analysis/objectTypes": "a change that no page makes before",
}


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
def applied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a clone with `origin/main`, a plan of all and what `make demo` does after it."""
    root = tmp_path_factory.mktemp("clone")
    shutil.copytree(
        ROOT / "manifests", root / "manifests", ignore=shutil.ignore_patterns(".reconciler")
    )
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "The example project")
    git(root, "update-ref", "refs/remotes/origin/main", "HEAD")
    in_manifests = ["--chdir", str(root / "manifests")]
    for line in ("plan -o ../plan.json", "apply ../plan.json"):
        assert run([*in_manifests, *line.split()]) == 0
    data = ROOT / "manifests" / "data" / "disk-analysis.json"
    assert run([*in_manifests, "ingest", "run", "disk-analysis", str(data)]) == 0
    return root


@pytest.fixture
def clone(applied: Path, tmp_path: Path) -> Path:
    return shutil.copytree(applied, tmp_path / "clone", symlinks=True)


@pytest.mark.parametrize("page", PAGES_WITH_COMMANDS, ids=lambda page: page.stem)
def test_the_commands_of_a_page_run_in_their_order_from_the_root_of_a_clone(
    page: Path, clone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(clone)
    failed = {}
    for words in shell_commands(page.read_text(encoding="utf-8")):
        line = shlex.join(words)
        if not line.startswith(tuple(NOT_RUN)) and (code := run(list(words))):
            failed[line] = code, capsys.readouterr().err
    # The import that came before is done.
    failed.pop("ingest cancel disk-analysis", None)
    assert failed == {}


def test_five_minutes_go_as_the_readme_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    part = README.partition("## Five minutes")[2].partition("\n## ")[0]
    (data,) = re.findall(r"^```text\n(.*?)^```$", part, re.MULTILINE | re.DOTALL)
    (tmp_path / "laptops.csv").write_text(data, encoding="utf-8")
    first, second = re.findall(r"^```console\n(.*?)^```$", part, re.MULTILINE | re.DOTALL)
    for command, shown in transcript(first):
        answer = ["--auto-approve"] if command[0] == "apply" else []
        assert run([*command, *answer]) == 0
        assert shown in capsys.readouterr().out
    manifest = tmp_path / "laptops.yaml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace("ame: Laptop\n", "ame: Notebook\n"), encoding="utf-8")
    ((command, shown),) = transcript(second)
    assert run(command) == 3
    told = capsys.readouterr().out.splitlines()
    assert [line for line in shown.splitlines() if line not in told] == []

    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace("From model\n", "Model, as sold\n"), encoding="utf-8")
    monkeypatch.setenv("FORCE_COLOR", "1")
    run(command)
    drawn = picture("reconciler plan", capsys.readouterr().out)
    if os.environ.get("RECONCILER_UPDATE_GOLDEN"):
        PICTURE.write_text(drawn, encoding="utf-8")
    # How it is drawn is rich's, and not the same in each of its versions.
    assert texts_of(drawn) == texts_of(PICTURE.read_text(encoding="utf-8"))


def texts_of(svg: str) -> list[str]:
    return [text for text in re.findall(r">([^<]+)</text>", svg) if text.strip()]


def transcript(block: str) -> Iterator[tuple[list[str], str]]:
    """Yield the words of each command of a console block, with what it shows."""
    for part in block.removeprefix("$ ").split("\n$ "):
        line, _, shown = part.partition("\n")
        yield shlex.split(line, comments=True)[1:], shown


def test_every_command_of_the_program_is_in_the_readme(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    listed = re.findall(r"^  ([a-z][a-z-]*)(?:  |$)", capsys.readouterr().out, re.MULTILINE)
    assert listed
    table = README.partition("## What it does\n")[2].partition("\n\n-")[0]
    assert sorted(re.findall(r"`([a-z][a-z-]*)`", table)) == sorted(listed)


@pytest.mark.parametrize("target", sorted({t for t in LINK.findall(README) if "://" not in t}))
def test_each_file_that_the_readme_links_is_there(target: str) -> None:
    assert (ROOT / target.partition("#")[0]).exists()


def test_every_dependency_is_named_with_its_versions_and_reason() -> None:
    lists = PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()
    stated = {re.sub(r"\[\w+\]", "", each) for each in itertools.chain.from_iterable(lists)}
    tables = README + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `([A-Za-z0-9_.-]+)` \| `([^`]+)` \| \w.+ \|$", tables, re.MULTILINE)
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
