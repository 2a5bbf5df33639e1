"""`apply --format json` and `--output`: every line and report is valid by its schema."""

import io
import json
import os
import pty
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from reconciler import errors
from reconciler.applying.source_results import STOPPED
from reconciler.cli.apply_output import ApplyOutput
from reconciler.cli.exit_codes import ExitCode
from reconciler.cli.failures import of_exception
from reconciler.cli.prompt import ask, ask_about_losses
from reconciler.cli.reports import Reports
from reconciler.cli.settings import Settings
from reconciler.codes.failure import StaleCode
from reconciler.errors import ApprovalNeeded, Conflict, ReconcilerError, StalePlan
from reconciler.manifest import schemas
from reconciler.outcome.events import (
    ApplyEnded,
    ApplyStarted,
    Sending,
    SourceEnded,
    SourceStarted,
)
from reconciler.outcome.records import State
from reconciler.outcome.results import ApplyReport, Outcome, SourceResult, nothing_to_send
from reconciler.planning.plan import Plan
from reconciler.render.errors import error_json
from reconciler.render.formats import APPLY, Format
from reconciler.render.terminal import Screen
from tests.support.samples import plans as samples
from tests.support.samples.schema_plans import ALL_KINDS, RENAMES
from tests.support.stages.apply_lines import Line, lines_of, report_of
from tests.support.stages.cli_project import Desk, Result


def of_type(lines: list[Line], kind: str) -> list[Line]:
    return [line for line in lines if line["type"] == kind]


@pytest.fixture
def applied(desk: Desk) -> Callable[..., tuple[Result, list[Line]]]:
    """Return what runs `apply --format json` and checks its lines."""

    def run(*arguments: str) -> tuple[Result, list[Line]]:
        done = desk("apply", "--format", "json", *arguments)
        lines = lines_of(done.out)
        assert lines[-1]["exit_code"] == done.code
        return done, lines

    return run


Applied = Callable[..., tuple[Result, list[Line]]]


def test_a_run_is_told_from_the_version_to_the_summary(applied: Applied) -> None:
    done, lines = applied("--auto-approve", "disks")
    assert done.code == 0
    assert [(line["type"], line.get("state")) for line in lines if line["type"] != "progress"] == [
        ("version", None),
        ("planned", None),
        ("apply_start", None),
        ("apply_complete", None),
        ("summary", None),
    ]
    states = [line["state"] for line in of_type(lines, "progress")]
    assert list(dict.fromkeys(states)) == ["checking", "sending", "accepted", "reading-back"]
    assert of_type(lines, "planned")[0]["summary"]["add"] == 3
    (ended,) = of_type(lines, "apply_complete")
    assert (ended["outcome"], ended["attempts"], ended["remaining"]) == ("done", 1, [])
    summary = lines[-1]
    assert summary["counts"]["done"] == 1
    assert (summary["ending"], summary["error"]) == ("done", None)
    assert "Apply:" not in done.out + done.err


def test_the_servers_own_words_are_in_the_lines(applied: Applied) -> None:
    _, lines = applied("--auto-approve", "disks")
    told = [line for line in of_type(lines, "progress") if line["state"] == "accepted"]
    assert told[-1]["status"] == "FINISHED"
    assert told[-1]["message"]


def test_a_saved_plan_is_told_too(desk: Desk, applied: Applied) -> None:
    desk("plan", "-o", "saved.json")
    done, lines = applied("saved.json")
    assert done.code == 0
    digest = json.loads((desk.root / "saved.json").read_text())["digest"]
    planned = of_type(lines, "planned")
    assert [line["source"] for line in planned] == ["disks", "people"]
    assert {line["plan_digest"] for line in planned} == {lines[-1]["plan_digest"]} == {digest}


def test_json_asks_nobody(applied: Applied) -> None:
    done, lines = applied()
    assert done.code == 1
    assert len(of_type(lines, "planned")) == 2
    assert lines[-1]["error"]["code"] == "approval-needed"
    assert "--auto-approve" in lines[-1]["error"]["hint"]
    assert lines[-1]["counts"]["not_started"] == 2
    assert "there is nobody to ask" in done.err


def answered(plan: Plan, answer: str, ask: Callable[[Plan, Screen], None]) -> tuple[bool, str]:
    """Return whether *answer*, typed at a terminal, approves of *plan*, and what is shown."""
    person, side = pty.openpty()
    shown = io.StringIO()
    with os.fdopen(person, "wb", buffering=0) as typed, os.fdopen(side) as terminal:
        typed.write(f"{answer}\n".encode())
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("sys.stdin", terminal)
            try:
                ask(plan, Screen(stream=shown))
            except ApprovalNeeded:
                return False, shown.getvalue()
    return True, shown.getvalue()


@pytest.mark.parametrize("ask", [ask, ask_about_losses], ids=["made now", "saved"])
@pytest.mark.parametrize(
    ("answer", "approves"),
    [("2413", True), ("2,413", True), ("yes", False), ("2412", False), ("", False)],
)
def test_what_would_be_lost_is_typed_as_a_number(
    answer: str, ask: Callable[[Plan, Screen], None], *, approves: bool
) -> None:
    done, shown = answered(ALL_KINDS, answer, ask)
    assert done is approves
    assert "This loses 1,204 objects, 1,206 values, 3 references." in shown
    assert "Type 2,413 to approve" in shown


def test_a_plan_that_loses_nothing_is_asked_about_as_ever_and_a_saved_one_not_at_all() -> None:
    done, shown = answered(RENAMES, "yes", ask)
    assert (done, "Only 'yes' will be accepted to approve." in shown) == (True, True)
    assert answered(RENAMES, "3", ask)[0] is False
    assert answered(RENAMES, "no", ask_about_losses) == (True, "")


def test_a_saved_plan_that_loses_something_needs_nobody_where_there_is_no_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A pipeline applies what was reviewed: the plan holds the number that was accepted."""
    monkeypatch.setattr("sys.stdin", io.StringIO())
    ask_about_losses(ALL_KINDS, Screen(stream=io.StringIO()))
    with pytest.raises(ApprovalNeeded, match="no terminal"):
        ask(ALL_KINDS, Screen(stream=io.StringIO()))


def test_nothing_to_do_needs_no_approval(desk: Desk, applied: Applied) -> None:
    desk("apply", "--auto-approve")
    done, lines = applied()
    assert done.code == 0
    assert [line["type"] for line in lines] == ["version", "planned", "planned", "summary"]
    assert lines[-1]["counts"]["unchanged"] == 2


def test_faults_of_the_manifests_are_lines(desk: Desk, applied: Applied) -> None:
    desk.edit("disks.yaml", "type: text", "type: txet")
    done, lines = applied("--auto-approve")
    assert done.code == 1
    assert [line["type"] for line in lines] == ["version", "diagnostic", "summary"]
    assert lines[1]["file"].endswith("disks.yaml")
    assert lines[-1]["error"]["code"] == "manifest-errors"


def test_a_stale_source_is_an_error_line_beside_one_that_is_done(
    desk: Desk, applied: Applied
) -> None:
    desk("plan", "-o", "saved.json")
    desk("apply", "--auto-approve", "disks")
    done, lines = applied("saved.json")
    assert done.code == 3
    (errored,) = of_type(lines, "apply_errored")
    assert (errored["source"], errored["outcome"], errored["attempts"]) == ("disks", "stale", 0)
    assert errored["error"]["code"] == "already-applied"
    assert [line["source"] for line in of_type(lines, "apply_complete")] == ["people"]
    assert lines[-1]["ending"] == "blocked"


def test_a_blocked_source_is_planned_and_counted(desk: Desk, applied: Applied) -> None:
    desk("apply", "--auto-approve")
    desk.edit("disks.yaml", "        name: Drive", "        name: Disk")
    desk.edit("disks.yaml", "objectTypeName: Drive", "objectTypeName: Disk")
    desk.edit("people.yaml", "description: A drive", "description: A person")
    done, lines = applied("--auto-approve")
    assert done.code == 3
    actions = {line["source"]: line["action"] for line in of_type(lines, "planned")}
    assert actions == {"disks": "blocked", "people": "update"}
    counts = {name: number for name, number in lines[-1]["counts"].items() if number}
    assert counts == {"done": 1, "blocked": 1}


def test_a_plan_that_is_none_is_told(desk: Desk, applied: Applied) -> None:
    desk.write("saved.json", "{}")
    done, lines = applied("saved.json")
    assert done.code == 1
    assert lines[-1]["error"]["code"] == "plan-unreadable"
    assert lines[-1]["plan_digest"] is None


def test_reports_stand_beside_the_text(desk: Desk) -> None:
    done = desk("apply", "--auto-approve", "--output", "json=a.json", "--output", "text=a.txt")
    assert done.code == 0
    report = report_of(desk.root / "a.json")
    assert [(s["source"], s["outcome"], s["attempts"]) for s in report["sources"]] == [
        ("disks", "done", 1),
        ("people", "done", 1),
    ]
    assert done.out.endswith((desk.root / "a.txt").read_text(encoding="utf-8"))
    assert (desk.root / "a.json").stat().st_mode & 0o777 == 0o600
    # A report beside the manifests is not one.
    assert desk("plan").code == 0


def test_a_report_is_written_of_a_run_that_never_came_to_sending(desk: Desk) -> None:
    done = desk("apply", "--output", "json=a.json", "--output", "text=a.txt")
    assert done.code == 1
    report = report_of(desk.root / "a.json")
    assert (report["exit_code"], report["error"]["code"]) == (1, "approval-needed")
    assert {s["outcome"] for s in report["sources"]} == {"not-started"}
    text = (desk.root / "a.txt").read_text(encoding="utf-8")
    assert text.startswith("error: nothing was sent")
    assert "--resume" not in text


def test_a_report_is_written_of_manifests_in_error(desk: Desk) -> None:
    desk.edit("disks.yaml", "type: text", "type: txet")
    desk("apply", "--auto-approve", "--output", "json=a.json", "--output", "text=a.txt")
    assert report_of(desk.root / "a.json")["error"]["code"] == "manifest-errors"
    assert "txet" in (desk.root / "a.txt").read_text(encoding="utf-8")


def test_a_report_of_nothing_to_do_says_so(desk: Desk) -> None:
    desk("apply", "--auto-approve")
    desk("apply", "--output", "json=a.json", "--output", "text=a.txt")
    assert report_of(desk.root / "a.json")["counts"]["unchanged"] == 2
    text = (desk.root / "a.txt").read_text(encoding="utf-8")
    assert text.endswith("Apply: nothing was sent.\n")


def test_nothing_is_sent_where_a_report_could_not_be_written(desk: Desk) -> None:
    os.mkfifo(desk.root / "pipe")
    outputs = ("--output", "json=no/such/a.json", "--output", "text=pipe")
    done = desk("apply", "--auto-approve", *outputs)
    assert (done.code, done.out) == (1, "")
    assert "no/such/a.json cannot be written: No such file or directory" in done.err
    assert "pipe cannot be written: it is not a regular file" in done.err
    assert desk("plan", "--detailed-exitcode").code == 2, "all is still to be sent"


def test_a_report_that_cannot_be_written_any_more_is_an_error_after_the_run(
    desk: Desk, applied: Applied
) -> None:
    reader, pipe = os.pipe()
    os.close(reader)
    try:
        outputs = ("--output", f"json=/dev/fd/{pipe}", "--output", "text=a.txt")
        done, lines = applied("--auto-approve", *outputs)
    finally:
        os.close(pipe)
    assert done.code == 1
    assert f"/dev/fd/{pipe} cannot be written: Broken pipe" in done.err
    assert (lines[-1]["counts"]["done"], lines[-1]["ending"]) == (2, "failed")
    assert (desk.root / "a.txt").exists(), "the other report is written all the same"


class _Room:
    """An output on two strings."""

    def __init__(self, root: Path, format_: Format = Format.JSON) -> None:
        self.out = io.StringIO()
        self.err = io.StringIO()
        settings = Settings()
        settings.out, settings.err = Screen(stream=self.out), Screen(stream=self.err)
        self.report = root / "report.json"
        self.text = root / "report.txt"
        outputs = ((Format.JSON, self.report), (Format.TEXT, self.text))
        reports = Reports(kind=APPLY, format_=format_, outputs=outputs)
        self.output = ApplyOutput(settings, reports)

    def sends(self) -> None:
        """Show a run that ends early: one source is through and one was sent."""
        plan = samples.plan(samples.CREATE, samples.UPDATE_OF_TEAMS, samples.BLOCKED)
        self.output.loaded(plan)
        names = ("disk-analysis", "teams")
        self.output.emit(ApplyStarted(environment="local", plan_digest="sha256:0", sources=names))
        for name in names:
            self.output.emit(SourceStarted(source=name, method="PUT"))
            self.output.emit(Sending(source=name, method="PUT"))
        done, sent = (
            SourceResult(source=name, method="PUT", outcome=outcome, message=message, attempts=1)
            for name, outcome, message in (
                ("disk-analysis", Outcome.DONE, "read back equal"),
                ("teams", *STOPPED[State.SENDING]),
            )
        )
        self.output.emit(SourceEnded(result=done))
        # However it ends, a run reports what the journal has of each source.
        blocked = nothing_to_send(plan.sources[-1])
        self.output.emit(ApplyEnded(report=ApplyReport(results=(done, sent, blocked))))


@pytest.mark.parametrize(
    ("error", "code", "ending"),
    [
        pytest.param(RuntimeError("\x1b[2J\x7fwhät"), 1, "failed", id="a bug"),
        pytest.param(OSError(28, "No space left on device"), 1, "failed", id="the system"),
        pytest.param(KeyboardInterrupt(), 130, "interrupted", id="an interruption"),
        pytest.param(StalePlan("stale", code=StaleCode.LIVE_CHANGED), 3, "blocked", id="a refusal"),
        pytest.param(
            ExceptionGroup("", [ReconcilerError("one"), RuntimeError("two")]),
            1,
            "failed",
            id="several",
        ),
    ],
)
def test_an_exception_after_sending_leaves_lines_and_report_whole(
    tmp_path: Path, error: BaseException, code: int, ending: str
) -> None:
    room = _Room(tmp_path)

    def work() -> int:
        room.sends()
        raise error

    with pytest.raises(type(error)):
        room.output.around(work)
    summary = lines_of(room.out.getvalue())[-1]
    assert (summary["exit_code"], summary["ending"]) == (code, ending)
    assert summary["error"]["code"] == error_json(error)["code"]
    report = report_of(room.report)
    assert {s["source"]: (s["outcome"], s["attempts"]) for s in report["sources"]} == {
        "disk-analysis": ("done", 1),
        "teams": ("interrupted", 1),
        "hardware": ("blocked", 0),
    }
    written = room.out.getvalue() + room.report.read_text(encoding="utf-8")
    assert all(c == "\n" or " " <= c <= "~" for c in written)


def test_an_exception_after_sending_leaves_the_table_and_how_to_go_on(tmp_path: Path) -> None:
    room = _Room(tmp_path, Format.TEXT)

    def work() -> int:
        room.sends()
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        room.output.around(work)
    text = room.out.getvalue()
    assert "teams was in flight" in text
    assert "reconciler apply --resume" in text
    assert text.endswith("Apply: 3 sources: 1 applied, 1 blocked, 1 still in flight.\n")
    assert room.text.read_text(encoding="utf-8") == f"error: RuntimeError: no\n{text}"


def test_a_conflict_names_the_code_of_the_api() -> None:
    told = error_json(Conflict("conflict", request="POST …", code="DATA_PROCESSING_PENDING"))
    assert told["api_codes"] == [{"code": "DATA_PROCESSING_PENDING", "text": None}]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (click.Abort(), ExitCode.INTERRUPTED),
        (click.UsageError("x"), ExitCode.USAGE),
        (errors.WrongUsage("x"), ExitCode.USAGE),
        (errors.UnsafePlan("x"), ExitCode.BLOCKED),
        (errors.ManifestError([]), ExitCode.ERROR),
        (errors.PlanFileError("x"), ExitCode.ERROR),
        (errors.MappingExists("x", request="PUT x"), ExitCode.BLOCKED),
        (errors.Rejected("x", request="PUT x"), ExitCode.ERROR),
        (errors.ApprovalNeeded("x"), ExitCode.ERROR),
        (errors.JournalError("x"), ExitCode.ERROR),
        (StalePlan("x", code=StaleCode.LIVE_CHANGED), ExitCode.BLOCKED),
    ],
    ids=lambda value: type(value).__name__,
)
def test_any_exception_has_an_exit_code(error: BaseException, code: ExitCode) -> None:
    assert of_exception(error) is code


def test_the_summary_is_the_reports() -> None:
    event = schemas.schema("apply-event")["$defs"]
    summary = event["summary"]["properties"].keys() - {"type", "timestamp"}
    assert summary <= schemas.schema("apply-report")["properties"].keys()
