"""Wrong usage, help, versions and exit codes."""

import itertools
import json
import re
import shlex
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest

from reconciler import __version__
from reconciler.cli import run
from reconciler.cli.exit_codes import ExitCode, worst
from reconciler.cli.group import COMMANDS as ROWS
from reconciler.cli.run_codes import of_ingestion, of_report, run_ending
from reconciler.cli.variables import APPROVING
from reconciler.command_line import called_with, command_line
from reconciler.outcome.results import (
    ApplyReport,
    Ending,
    IngestEnding,
    IngestReport,
    Outcome,
    SourceResult,
)
from tests.support.command_lines import commands
from tests.support.paths import ROOT
from tests.support.stages.cli_project import Desk

HEAVY = (
    "httpx", "deepdiff", "starlette", "jsonschema", "jsonschema_rs", "msgspec", "rich", "uvicorn",
)  # fmt: skip


@pytest.mark.parametrize("code", ExitCode)
def test_every_exit_code_counts_where_it_is_the_only_one(code: ExitCode) -> None:
    assert worst([code]) is code


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_of_a_source_has_the_exit_code_of_its_ending(outcome: Outcome) -> None:
    result = SourceResult(source="s", method=None, outcome=outcome, message="")
    report = ApplyReport(results=(result,))
    assert run_ending(of_report(report)) is report.ending


def test_every_ending_is_that_of_some_outcome() -> None:
    results = [SourceResult(source="s", method=None, outcome=o, message="") for o in Outcome]
    assert {ApplyReport(results=(result,)).ending for result in results} == set(Ending)


@pytest.mark.parametrize("ending", IngestEnding)
def test_nothing_but_an_ingestion_that_is_done_exits_with_0(ending: IngestEnding) -> None:
    code = of_ingestion(IngestReport(source="s", ending=ending))
    assert (code is ExitCode.DONE) is (ending is IngestEnding.DONE)
    assert (code is ExitCode.BLOCKED) is (ending is IngestEnding.WITH_ERRORS)


@pytest.mark.parametrize(
    "arguments",
    [
        ["-e", "local"],
        ["plaan"],
        ["--nope"],
        ["plan", "--nope"],
        ["plan", "--format", "yaml"],
        ["plan", "--output", "json"],
        ["plan", "--output", "yaml=x"],
        ["plan", "--parallelism", "0"],
        ["show"],
        ["token"],
        ["ingest", "nope"],
        ["ingest", "status", "--format", "xml"],
        ["apply", "--timeout", "0"],
        ["apply", "--timeout"],
        ["schema", "nope"],
        ["completion", "tcsh"],
        ["emulator", "--port", "x"],
        ["emulator", "--fault", "put-mapping:nope"],
        ["-C", "/does/not/exist", "plan"],
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_64_with_a_sentence(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 64
    written = capsys.readouterr()
    assert written.out == ""
    assert "error: " in written.err
    assert "Traceback" not in written.err


@pytest.mark.parametrize("words", [(), ("ingest",)], ids=" ".join)
def test_without_a_command_the_help_is_shown_and_nothing_was_done(
    desk: Desk, words: tuple[str, ...]
) -> None:
    done, shown = desk(*words), desk(*words, "--help")
    assert (done.code, done.out, done.err) == (64, "", shown.out)


SPELLINGS = {
    "plan -out=plan.json": "-o plan.json",
    "plan -out plan2.json": "-o plan2.json",
    "plan --out=plan.json": "-o plan.json",
    "plan -o=plan.json": "-o plan.json",
    "plan -o html=x.html": "--output html=x.html",
    "plan -o out.html": "--output html=out.html",
    "drift --save out.xml": "--output junit=out.xml",
    "plan -output=html=x.html": "--output html=x.html",
    "plan --output plan.json": "-o plan.json to save the plan, or --output json=plan.json",
    "drift --output drift.xml": "--output junit=drift.xml",
    "plan -json": "--format json",
    "validate --json": "--format json",
    "plan -detailed-exitcode": "--detailed-exitcode",
    "plan -target=people": "reconciler plan people",
    "plan -var a=b": "${NAME} in reconciler.yaml, read from the environment",
    "plan -refresh-only": "reconciler drift",
    "plan -paralelism=3": "--parallelism 3",
    "drift -out=x": "--save x",
    "validate -out=x": "--output F=FILE",
    "plan -paralelism=many": "--parallelism N",
    "plan -f json": "--format json",
    "plan -enviroment local": "--environment local",
    "plan -chdir=x": "--chdir x",
    "plan -o markdown": "--format markdown",
    "drift --save json": "--format json",
    "ingest status -o json": "--format json",
    "validate --out sarif": "--format sarif",
    "plan -exclud=disks": "--exclude disks",
    "plan -auto-approve": "reconciler apply --auto-approve",
    "drift --auto-approve": "reconciler apply --auto-approve",
    "apply -lock-timeout=3": "--lock-timeout 3",
    "apply -lock-timeout=3s": "--lock-timeout S",
    "apply -input=false": "--auto-approve",
    "plan --format=JSON": "--format json",
    "plan --format HTML": "--format html",
    "plan --output HTML=x.html": "--output html=x.html",
    "apply -auto-approve": "--auto-approve",
    "-chdir=x plan": "--chdir x",
    "-C=x plan": "-C x",
    "-environment=prod plan": "--environment prod",
    "drift -notify=https://hooks.example/T0/B0/secret": "--notify URL",
    "plan -help": "--help",
    "fmt -check": "--check",
    "ingest run -chunk 5 a b": "--chunk 5",
    "emulator -port=80": "--port 80",
    "emulator objects -format json": "--format json",
    "valdate": "reconciler validate",
    "import people": "reconciler pull",
    "refresh": "reconciler drift",
    "workspace list": "reconciler --environment ENV",
    "ingest statu": "reconciler ingest status",
    "plan -out": "-o PLAN",
    "apply --yes": "--auto-approve",
    "apply -y": "--auto-approve",
    "init -y": "--yes",
    "unlock -y": "--force",
    "probe disks --yes": "--i-know-this-writes",
    "apply --no-input": "--auto-approve",
    "apply -f plan.json": "reconciler apply plan.json",
    "plan --source=people": "reconciler plan people",
    "apply --dry-run": "reconciler plan",
    "pull -n": "--dry-run",
    "ingest run disks x --dry-run": "reconciler preview",
    "plan --env prod": "--environment prod",
    "plan -v": "--log-level debug",
    "-V": "--version",
    "version": "reconciler --version",
    "help": "reconciler --help",
    "help plan": "reconciler plan --help",
    "lint": "reconciler validate",
    "force-unlock x": "reconciler unlock",
    "plan people.yaml": '"people", the source of that manifest',
    "drift people.yaml": '"people", the source of that manifest',
    "status people.yaml": '"people", the source of that manifest',
    "pull people.yaml": '"people", the source of that manifest',
}


# What another program has and this one does not need, or what is like nothing.
NEEDLESS = {
    "plan -lock-timeout=3": "leave it out: the option is that of apply",
    "apply -lock=false": "leave it out: locks are taken where they are needed",
    "plan -refresh=false": "leave it out: live is always read",
    "plan -input=false": "leave it out: where there is no terminal nobody is asked",
    "plan --dry-run": "leave it out: plan sends nothing",
    "plan -destroy": "no command destroys: a plan deletes what policy.schema.delete lets it",
    "destroy": "no command destroys: a plan deletes what policy.schema.delete lets it",
    "apply --force": None,
    "plan --quiet": None,
    "plan --verify": None,
    "emulator --source x": None,
    "fmt -recursive": None,
}


@pytest.mark.parametrize("line", NEEDLESS)
def test_what_has_no_spelling_here_gets_no_nonsense(desk: Desk, line: str) -> None:
    done = desk(*line.split(" "))
    assert (done.code, done.out, "did you mean" in done.err) == (64, "", False)
    if (said := NEEDLESS[line]) is not None:
        assert f"    {said}\n" in done.err


@pytest.mark.parametrize("line", SPELLINGS)
def test_another_spelling_is_refused_with_the_right_one(desk: Desk, line: str) -> None:
    before = sorted(desk.root.iterdir())
    done = desk(*line.split(" "))
    assert (done.code, done.out) == (64, "")
    assert f"    did you mean {SPELLINGS[line]}?\n" in done.err
    assert sorted(desk.root.iterdir()) == before


COMMANDS = dict(commands())


@pytest.mark.parametrize("path", list(COMMANDS)[1:])
def test_the_help_of_a_command_ends_with_an_example_that_parses(desk: Desk, path: str) -> None:
    shown = desk(*path.split(), "--help").out
    (example,) = re.findall(r"^ *Example:\n +reconciler (.+)$", shown, re.MULTILINE)
    words = shlex.split(example.partition(" > ")[0])
    assert words[: len(path.split())] == path.split()
    assert desk(*words, "--help").code == 0


def test_the_commands_are_listed_in_groups(desk: Desk) -> None:
    headings = re.findall(r"^(\w.+):$", desk("--help").out, re.MULTILINE)
    assert headings == ["Options", *dict.fromkeys(row.group for row in ROWS.values())]
    assert len(headings) == 7


def test_global_options_stand_before_or_after_the_command(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = desk("-e", "local", "status")
    monkeypatch.chdir(desk.root.parent)
    name = desk.root.name
    for line in (
        f"-C {name} -e local status",
        f"status -C {name} -e local",
        f"-C {name} -e production status disks --environment local people",
        f"-C . status --chdir={name} -elocal --no-color --log-level error",
    ):
        assert desk(*line.split()) == wanted
        assert Path.cwd() == desk.root.parent
    refused = desk("-C", name, "status", "-C", ".", "-e", "")
    assert refused.code == 64
    assert 'has no environment ""' in refused.err


def test_command_lines_that_are_suggested_say_where_each_chdir_led() -> None:
    with called_with(chdir="a b", environment=None), called_with(chdir="c", environment="dev"):
        assert command_line("plan") == "reconciler --chdir 'a b/c' --environment dev plan"


def test_an_option_has_one_variable_unless_it_approves_or_differs_between_commands() -> None:
    kinds: dict[str, set[object]] = {}
    without = set()
    for command in COMMANDS.values():
        for option in command.params:
            if isinstance(option, click.Option) and not option.is_eager:
                if option.envvar is None:
                    without.add(max(option.opts, key=len))
                else:
                    kind = option.type
                    shape = (type(kind), getattr(kind, "choices", None), option.multiple)
                    kinds.setdefault(str(option.envvar), set()).add(shape)
    assert without == APPROVING
    assert {name for name, shapes in kinds.items() if len(shapes) > 1} == set()
    assert {"RECONCILER_ENVIRONMENT", "RECONCILER_NOTIFY", "RECONCILER_PARALLELISM"} <= {*kinds}
    assert {"RECONCILER_INGEST_STATUS_FORMAT", "RECONCILER_SAVE"} <= {*kinds}


def test_variables_give_options_and_what_stands_on_the_line_counts(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desk("plan", "-o", "plan.json").code == 0
    monkeypatch.setenv("RECONCILER_MAX_CHANGES", "0")
    assert desk("plan").code == 3
    assert desk("plan", "--max-changes", "99").code == 0
    assert desk("apply", "plan.json").code == 0, "a saved plan was made as it was"
    monkeypatch.setenv("RECONCILER_MAX_CHANGES", "many")
    refused = desk("plan")
    assert (refused.code, "Invalid value for RECONCILER_MAX_CHANGES: 'many'" in refused.err) == (
        64,
        True,
    )
    monkeypatch.setenv("RECONCILER_MAX_CHANGES", "")
    monkeypatch.setenv("RECONCILER_ENVIRONMENT", "production")
    assert "variable UNSET_" in desk("status").err
    assert desk("status", "-e", "local").code == 0
    monkeypatch.setenv("RECONCILER_AUTO_APPROVE", "1")
    desk.edit("disks.yaml", "A drive", "One drive")
    assert "no terminal to ask" in desk("apply", "-e", "local").err


def test_a_log_in_json_has_an_object_a_line_with_its_time(desk: Desk) -> None:
    desk.write("other\x1b.yaml", "a: 1\n")
    said = desk("plan", "--log-level", "info", "--log-format", "json").err
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    assert {tuple(line) for line in lines} == {("time", "level", "logger", "message")}
    assert all(datetime.fromisoformat(line["time"]).tzinfo is UTC for line in lines)
    assert "\x1b" not in said
    assert any("other" in line["message"] for line in lines)


def test_what_is_written_as_it_should_be_is_taken(desk: Desk) -> None:
    done = desk("-elocal", "plan", "-oplan.json", "--data", "people=-out", "--", "-auto-approve")
    assert (done.code, "-auto-approve" in done.err) == (64, True), "a source, after --"
    assert "did you mean --auto-approve" not in done.err
    assert desk("plan", "-oplan.json").code == 0
    done = desk("plan", "plan.json")
    assert (done.code, "it is a saved plan\n    reconciler show PLAN shows it" in done.err) == (
        64,
        True,
    )
    done = desk("plan", "reconciler.yaml")
    assert (done.code, "it is the project file\n    " in done.err) == (64, True)


def test_an_unknown_word_with_one_dash_is_named_whole(desk: Desk) -> None:
    assert "error: -recursive is not an option\n" in desk("fmt", "-recursive").err


def test_choices_are_listed_without_escapes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema"]) == 64
    said = capsys.readouterr().err
    assert "Missing argument 'KIND'" in said
    assert "\n    answer,\n" in said
    assert "\\t" not in said


def test_precedence_of_exit_codes() -> None:
    order = [130, 64, 1, 3, 2, 0]
    for higher, lower in itertools.combinations(order, 2):
        assert worst([ExitCode(lower), ExitCode(higher)]) == higher
    assert worst([]) == 0


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"reconciler {__version__}\n"


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_version_and_help_import_nothing_heavy(option: str) -> None:
    code = (
        "import sys\n"
        "from reconciler.cli import run\n"
        f"run([{option!r}])\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert done.stderr == "[]\n"


def test_a_reader_that_goes_away_ends_the_program_quietly() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "reconciler", "schema", "plan"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0
