"""What the pages say is so: each command runs, or has a reason not to; tables are the program's."""

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
from reconciler.cli.group import group
from reconciler.codes.failure import StaleCode
from reconciler.planning.risk_codes import RiskCode
from tests.support.command_lines import found_command, options
from tests.support.documents.site_document import document
from tests.support.git import git
from tests.support.pages import picture
from tests.support.paths import ROOT
from tests.support.processes.server import Server, command, emulator, write_project

DOCS = ROOT / "docs"
# The changelog says what was, the tutorial is played (tests/support/site), and what the generated
# pages show was run (test_reference.py).
NOT_READ = {"CHANGELOG.md", "tutorial.md", "commands.md", "plan-format.md", "reports.md"}
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
    if path.name not in NOT_READ
}
README = PAGES["README.md"]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]

PICTURE = DOCS / "pictures" / "plan.svg"
CODE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$|`([^`]+)`", re.MULTILINE | re.DOTALL)
SHELLS = {"bash", "console", "sh"}
SHELL_WORDS = {"|", "||", "&&", ";", ">", ">>", "<", "&"}
# What stands for something of the reader's, and what a clone has of it.
STANDS_FOR = {
    "SOURCE": "disk-analysis",
    "DATA…": "manifests/data/disk-analysis.json",
    "PLAN": "repair.json",
    "ADDRESS": "disk-analysis",
    "KIND": "plan",
}
# Commands that are not run from a page, by their beginnings, and why. Each of them parses.
NOT_RUN = {
    "--environment production": "an environment in the cloud",
    "--environment staging": "the same, on the same site: tests/support/site/story.py",
    "--environment emulator": "the server of the page: tests/e2e",
    "plan --accept-loss": "a loss of the reader's: tests/app/test_deletions.py",
    "explain plan.json 'disk-analysis/objectTypes": "a change that no page makes before",
    "pull laptops": "a source of the reader's: tests/cli/test_pull.py",
    "pull --dry-run laptops": "the same",
    "init --from export.csv --source": "data of the reader's: tests/app/init/test_cloud.py",
    "probe": "an import source to spare: tests/probe",
    "comment": "a forge: tests/cli/test_comment.py",
    "issue": "a forge: tests/cli/test_issue.py",
    "merge": "reports of several jobs: tests/cli/test_merge.py",
    "emulator --host": "a server, which goes on",
    "ingest cancel disk-analysis": "the import that came before is done",
}
# What is of the reader's own site runs on a server, as the site of somebody who has two sources.
ON_A_SITE = {
    "README.md": PAGES["README.md"].partition("**With your own site.**")[2],
    "docs/how-to/begin.md": PAGES["docs/how-to/begin.md"],
}


def commands(text: str) -> Iterator[tuple[str, ...]]:
    """Yield the words of each `reconciler` command, up to a pipe or redirection."""
    for found in CODE.finditer(text):
        language, block, span = found.groups()
        if language in SHELLS:
            # What a console shows besides is no command.
            prompt = "$ " if "$ " in block else ""
            lines = [line.strip() for line in block.replace("\\\n", " ").splitlines()]
        else:
            # Where only its name is there, a command is meant and not called.
            prompt, lines = "", [" ".join((span or "").split())]
            lines = [line for line in lines if line.count(" ") > 1]
        for line in lines:
            if line.startswith(f"{prompt}reconciler "):
                yield words_of(line.removeprefix(prompt))


def words_of(line: str) -> tuple[str, ...]:
    words = shlex.split(line, comments=True)
    end = next((i for i, word in enumerate(words) if word in SHELL_WORDS), len(words))
    return tuple(STANDS_FOR.get(word, word) for word in words[1:end])


COMMANDS = sorted({each for text in PAGES.values() for each in commands(text)})
# Those of --help, by the page that is generated from it.
HELP = (DOCS / "reference" / "commands.md").read_text(encoding="utf-8")
EXAMPLES = {words_of(line) for line in re.findall(r"^  (reconciler .+)$", HELP, re.MULTILINE)}


@pytest.mark.parametrize("words", sorted({*COMMANDS, *EXAMPLES}), ids=" ".join)
def test_each_command_of_the_pages_parses(
    words: tuple[str, ...],
    applied: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`--help` stops click after it parsed the options, before anything is done."""
    monkeypatch.chdir(applied)
    code = run([*words, "--help"])
    shown = capsys.readouterr()
    assert code == 0, shown.err
    assert "Usage:" in shown.out


def test_no_command_stands_where_none_is_looked_for() -> None:
    fences = [(page, *each) for page, text in PAGES.items() for each in CODE.findall(text)]
    hidden = re.compile(r"^ *(?:\$ )?reconciler ", re.MULTILINE)
    assert [p for p, name, block, _ in fences if name not in SHELLS and hidden.search(block)] == []


def test_each_reason_not_to_run_a_command_is_about_one() -> None:
    lines = [shlex.join(words) for words in COMMANDS]
    assert [each for each in NOT_RUN if not any(line.startswith(each) for line in lines)] == []
    tests = re.findall(r"tests/\S+", " ".join(NOT_RUN.values()))
    assert [each for each in tests if not (ROOT / each).exists()] == []


def test_each_option_that_a_page_names_with_its_command_exists() -> None:
    unknown = []
    for page, text in PAGES.items():
        for *_, span in CODE.findall(text):
            command, rest = found_command(span.split())
            named = {word.partition("=")[0] for word in rest if word[1:] and word[0] == "-"}
            if command is not group and named - {*options(command), "--help"}:
                unknown.append((page, span))
    assert unknown == []


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a clone with `origin/main`, a plan of all and what `make demo` does after it."""
    root = tmp_path_factory.mktemp("clone")
    shutil.copytree(
        ROOT / "manifests", root / "manifests", ignore=shutil.ignore_patterns(".reconciler")
    )
    project = root / "manifests" / "reconciler.yaml"
    again = "environments:\n  again: {backend: {replay: ../plan.har}}\n"
    project.write_text(project.read_text("utf-8").replace("environments:\n", again, 1), "utf-8")
    for folder, manifest in (("hardware", "hardware-inventory"), ("people", "people-and-teams")):
        other = root / "cmdb" / folder
        other.mkdir(parents=True)
        shutil.copy(root / "manifests" / f"{manifest}.yaml", other)
        (other / "reconciler.yaml").write_text("environments: {local: {backend: embedded}}\n")
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


@pytest.mark.parametrize("page", [p for p in PAGES if p not in ON_A_SITE])
def test_the_commands_of_a_page_run_in_their_order_from_the_root_of_a_clone(
    page: str, clone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(clone)
    failed = {}
    for words in commands(PAGES[page]):
        line = shlex.join(words)
        if not line.startswith(tuple(NOT_RUN)) and (code := run(list(words))):
            failed[line] = code, capsys.readouterr().err
    assert failed == {}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, dict[str, str]]]:
    """A site, and the tokens of two import sources: one that is configured, one that is not."""
    tokens = {}
    with emulator() as server:
        for name in ("disks", "empty"):
            root = tmp_path_factory.mktemp(name)
            write_project(root, server, **{name: document()})
            tokens[name] = command(root, server, "token", name).out.strip()
            if name == "disks":
                assert command(root, server, "apply", "--auto-approve").code == 0
        yield server, tokens


@pytest.mark.parametrize("page", ON_A_SITE)
def test_the_commands_for_a_site_run_on_one(
    page: str,
    site: tuple[Server, dict[str, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    server, tokens = site
    monkeypatch.setenv("RECONCILER_BASE_URL", server.base_url)
    failed = {}
    for words in commands(ON_A_SITE[page]):
        line = shlex.join(words).replace(STANDS_FOR["SOURCE"], "id-disks")
        if line.startswith(tuple(NOT_RUN)):
            continue
        is_new = "--from" in words
        folder = tmp_path / ("new" if is_new else "adopted")
        folder.mkdir(exist_ok=True)
        (folder / "export.csv").write_text("host,ip\na,10.0.0.1\nb,10.0.0.2\n", "utf-8")
        monkeypatch.chdir(folder)
        monkeypatch.setenv("ASSETS_TOKEN", tokens["empty" if is_new else "disks"])
        if code := run(shlex.split(line)):
            failed[line] = code, capsys.readouterr().err
    assert failed == {}


def test_five_minutes_go_as_the_readme_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    part = README.partition("## Five minutes")[2].partition("\n## ")[0]
    (data,) = re.findall(r"^```text\n(.*?)^```$", part, re.MULTILINE | re.DOTALL)
    (tmp_path / "laptops.csv").write_text(data, encoding="utf-8")
    first, second = re.findall(r"^```console\n(.*?)^```$", part, re.MULTILINE | re.DOTALL)
    for words, shown in transcript(first):
        answer = ["--auto-approve"] if words[0] == "apply" else []
        assert run([*words, *answer]) == 0
        assert shown in capsys.readouterr().out
    manifest = tmp_path / "laptops.yaml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace("ame: Laptop\n", "ame: Notebook\n"), encoding="utf-8")
    ((words, shown),) = transcript(second)
    assert run(words) == 3
    told = capsys.readouterr().out
    parts = itertools.groupby(shown.splitlines(), lambda line: line.strip() == "…")
    kept = ["\n".join(part) for is_left_out, part in parts if not is_left_out]
    assert [part for part in kept if part not in told] == []

    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace("From model\n", "Model, as sold\n"), encoding="utf-8")
    monkeypatch.setenv("FORCE_COLOR", "1")
    run(words)
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


def test_every_dependency_is_named_with_its_versions_and_reason() -> None:
    extras, groups = PROJECT["optional-dependencies"], PYPROJECT["dependency-groups"]
    lists = itertools.chain(PROJECT["dependencies"], *extras.values(), *groups.values())
    stated = {re.sub(r"\[\w+\]|;.*", "", each) for each in lists}
    tables = README + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `([A-Za-z0-9_.-]+)` \| `([^`]+)` \| \w.+ \|$", tables, re.MULTILINE)
    assert {name + versions for name, versions in told} == stated


def test_make_targets_of_the_pages_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    code = "\n".join(block or span for t in PAGES.values() for _, block, span in CODE.findall(t))
    shown = set(re.findall(r"^(?:\$ )?make ([a-z-]+)", code, re.MULTILINE))
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
