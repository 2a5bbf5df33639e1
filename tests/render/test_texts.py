"""Whole texts against golden files; tests/golden/README.md says how to write them anew."""

import io
import os
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from reconciler.outcome.events import (
    ApplyEnded,
    ApplyStarted,
    Event,
    Progressed,
    ReadingBack,
    Retrying,
    Sending,
    SourceEnded,
    SourceStarted,
    WaitingForImport,
)
from reconciler.outcome.imports import import_result
from reconciler.outcome.ingestions import IngestState, PastIngestion
from reconciler.outcome.records import RunRecord
from reconciler.planning.explain import explain
from reconciler.planning.plan import Plan
from reconciler.render.apply.json import EventLines
from reconciler.render.apply.progress import PlainProgress
from reconciler.render.apply.report import write_report
from reconciler.render.diagnostics import write_diagnostics, write_verdict
from reconciler.render.ingest.result import write_import_result
from reconciler.render.journal import write_history
from reconciler.render.plan.explanation import write_explanations
from reconciler.render.plan.json import plan_json
from reconciler.render.plan.text import write_plan_report
from reconciler.render.report import JournalEntries, PlanReport
from reconciler.render.terminal import Screen
from reconciler.value import replace
from tests.support.paths import GOLDEN
from tests.support.samples import imports
from tests.support.samples import plans as samples
from tests.support.samples import residual_plans as residual
from tests.support.samples.apply_runs import ACCOUNT
from tests.support.samples.schema_operations import PATCHED
from tests.support.samples.schema_plans import ALL_KINDS, RENAMES

TEXTS, PLANS = GOLDEN / "render" / "text", GOLDEN / "render" / "plan"


def golden(case: str) -> Path:
    return (PLANS if case.startswith("plan-") else TEXTS) / f"{case}.txt"


RETRYING = Retrying(
    source="disk-analysis",
    request="PATCH importsource/1/mapping",
    reason="429 Too Many Requests",
    seconds=3.0,
)
EVENTS: tuple[Event, ...] = (
    ApplyStarted(
        environment="local",
        plan_digest="sha256:0",
        sources=("disk-analysis", "hardware", "people", "teams"),
    ),
    SourceStarted(source="disk-analysis", method="PATCH"),
    WaitingForImport(source="disk-analysis", elapsed=0.0),
    WaitingForImport(source="disk-analysis", elapsed=1.0),
    Sending(source="disk-analysis", method="PATCH"),
    RETRYING,
    RETRYING,
    Progressed(source="disk-analysis", status="IN_PROGRESS", message=None, elapsed=1.0),
    Progressed(source="disk-analysis", status="IN_PROGRESS", message=samples.HOSTILE, elapsed=2.0),
    ReadingBack(source="disk-analysis"),
    *(SourceEnded(result=result) for result in samples.REPORT.results),
    ApplyEnded(report=samples.REPORT),
)


def _plan(plan: Plan, screen: Screen) -> None:
    command = "reconciler apply plan.json"
    write_plan_report(PlanReport(plan=plan, directory=".", next_command=command), screen)


def _progress(screen: Screen) -> None:
    with PlainProgress(screen) as progress:
        for event in EVENTS:
            progress(event)


def _events(screen: Screen) -> None:
    """Write all lines but the first, which has the version of the program in it."""
    assert ACCOUNT.plan is not None
    lines = EventLines(screen, stamp=lambda: ACCOUNT.started_at, monotonic=count(2.0, 0.5).__next__)
    lines.planned(replace(ACCOUNT.plan, diagnostics=samples.DIAGNOSTICS))
    for event in EVENTS:
        lines(event)
    lines.summary(ACCOUNT)


def _history(screen: Screen) -> None:
    operation = replace(
        PATCHED,
        source="disk-analysis",
        sent_at="2026-03-01T10:20:30.123Z",
        ended_at="2026-03-01T10:20:34.567Z",
        message=f"read back equal {samples.HOSTILE}",
    )
    runs = (
        RunRecord(
            id=2,
            environment="production",
            plan_digest="sha256:5",
            started_at="2026-03-02T08:00:00.000Z",
            ended_at=None,
            interrupted=True,
            runner="ann (CI_JOB_ID=7)@runner-3 (pid 12)",
            operations=(),
        ),
        RunRecord(
            id=1,
            environment="local",
            plan_digest="sha256:4",
            started_at="2026-03-01T10:20:30.000Z",
            ended_at="2026-03-01T10:20:35.000Z",
            interrupted=False,
            runner="ann@laptop (pid 7)",
            operations=(operation,),
        ),
    )
    done = PastIngestion(
        environment="production",
        source="disk-analysis",
        state=IngestState.DONE,
        entries=1204,
        chunks=3,
        runner="ann (CI_JOB_ID=7)@runner-3 (pid 12)",
        started_at="2026-03-01T10:20:30.123Z",
        ended_at="2026-03-01T10:21:30.123Z",
        message="1200 created, 4 failed",
    )
    left = replace(
        done,
        source=f"people {samples.HOSTILE}",
        state=IngestState.INGESTING,
        entries=None,
        chunks=1,
        ended_at=None,
        message=None,
    )
    failed = replace(done, state=IngestState.FAILED, message=f"refused: {samples.HOSTILE} " * 4)
    newest, oldest = runs
    write_history(JournalEntries(entries=(newest, left, failed, done, oldest)), screen)


def _diagnostics(screen: Screen) -> None:
    write_diagnostics(samples.DIAGNOSTICS, screen)
    write_verdict(samples.DIAGNOSTICS, screen, 4)


CASES: dict[str, Callable[[Screen], None]] = {
    "plan-create": lambda s: _plan(samples.plan(samples.CREATE), s),
    "plan-update": lambda s: _plan(samples.plan(samples.UPDATE), s),
    "plan-update-at-60-columns": lambda s: _plan(
        samples.plan(samples.UPDATE), replace(s, columns=60)
    ),
    "plan-of-many": lambda s: _plan(
        samples.plan(
            *(replace(samples.UNCHANGED, source=f"site-{at}") for at in range(118)),
            samples.UPDATE,
            samples.BLOCKED,
        ),
        s,
    ),
    "plan-blocked": lambda s: _plan(samples.plan(samples.BLOCKED, samples.NO_OP), s),
    "plan-no-op": lambda s: _plan(samples.plan(samples.NO_OP), s),
    "plan-residual": lambda s: _plan(residual.RESIDUAL, s),
    "plan-residual-blocked": lambda s: _plan(residual.BLOCKED_BESIDE_ORPHANS, s),
    "plan-residual-create": lambda s: _plan(residual.CREATE_WITHOUT_ALL, s),
    "plan-residual-many": lambda s: _plan(residual.MANY_ORPHANS, s),
    "plan-without-ids-and-hostile": lambda s: _plan(samples.plan(samples.HOSTILE_TEXTS), s),
    "plan-schema-operations": lambda s: _plan(ALL_KINDS, s),
    "plan-schema-operations-explained": lambda s: write_explanations(
        [
            *explain(ALL_KINDS, "disk-analysis"),
            *explain(ALL_KINDS, "disk-analysis/objectTypes[file]/attributes[size]/name"),
            *explain(ALL_KINDS, "disk-analysis/objectTypes[port]")[:1],
            *explain(ALL_KINDS, "disk-analysis/mappings[file]/selector"),
        ],
        s,
    ),
    "plan-schema-operations-json": lambda s: s.raw(plan_json(RENAMES)),
    "plan-json": lambda s: s.raw(plan_json(samples.plan(samples.NAMELESS))),
    "diagnostics": _diagnostics,
    "apply-progress": _progress,
    "apply-events": _events,
    "apply-report": lambda s: write_report(samples.REPORT, s),
    "apply-report-retried": lambda s: write_report(samples.INTERRUPTED, s, ACCOUNT.traffic),
    "apply-interrupted": lambda s: write_report(samples.INTERRUPTED, s),
    "history": _history,
    "import-done": lambda s: write_import_result(
        "disk-analysis", import_result("DONE", imports.DOCUMENTED), s
    ),
    "import-observed": lambda s: write_import_result(
        "disk-analysis", import_result("DONE", imports.LIVE), s
    ),
    "import-lossy": lambda s: write_import_result(
        "disk-analysis", import_result("DONE", imports.LOSSY), s
    ),
    "import-failed": lambda s: write_import_result(
        f"disk-analysis {samples.HOSTILE}", import_result("DONE", imports.FAILED), s
    ),
    "import-running": lambda s: write_import_result(
        "disk-analysis", import_result("PROCESSING", {}), s
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_text_is_that_of_the_golden_file(case: str) -> None:
    stream = io.StringIO()
    CASES[case](Screen(stream=stream))
    path = golden(case)
    if os.environ.get("RECONCILER_UPDATE_GOLDEN"):
        path.write_text(stream.getvalue(), encoding="utf-8")
    assert stream.getvalue() == path.read_text(encoding="utf-8")


def test_every_golden_file_has_a_case() -> None:
    assert {*TEXTS.glob("*.txt"), *PLANS.glob("*.txt")} == set(map(golden, CASES))


@pytest.mark.parametrize("case", CASES)
def test_no_text_holds_a_control_character(case: str) -> None:
    text = golden(case).read_text(encoding="utf-8")
    assert not [c for c in text if not c.isprintable() and c != "\n"]
