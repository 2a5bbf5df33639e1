"""Wrong usage, help, versions and exit codes."""

import itertools
import subprocess
import sys

import pytest

from reconciler import __version__, errors
from reconciler.cli import run
from reconciler.cli.exit_codes import ExitCode, of_error, worst
from reconciler.cli.report_codes import of_ingestion, of_report, run_ending
from reconciler.codes.failure import StaleCode
from reconciler.outcome.results import (
    ApplyReport,
    Ending,
    IngestEnding,
    IngestReport,
    Outcome,
    SourceResult,
)
from tests.support.paths import ROOT

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
        [],
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


def test_precedence_of_exit_codes() -> None:
    order = [130, 64, 1, 3, 2, 0]
    for higher, lower in itertools.combinations(order, 2):
        assert worst([ExitCode(lower), ExitCode(higher)]) == higher
    assert worst([]) == 0


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.WrongUsage("x"), 64),
        (errors.ManifestError([]), 1),
        (errors.PlanFileError("x"), 1),
        (errors.UnsafePlan("x"), 3),
        (errors.StalePlan("x", code=StaleCode.LIVE_CHANGED), 3),
        (errors.MappingExists("x", request="PUT x"), 3),
        (errors.Rejected("x", request="PUT x"), 1),
        (errors.ApprovalNeeded("x"), 1),
        (errors.JournalError("x"), 1),
    ],
    ids=lambda value: type(value).__name__,
)
def test_exit_code_of_an_error(error: errors.ReconcilerError, code: int) -> None:
    assert of_error(error) == code


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


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_the_script_of_a_shell(
    shell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["completion", shell]) == 0
    assert "_RECONCILER_COMPLETE" in capsys.readouterr().out


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
