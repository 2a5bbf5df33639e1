"""Every way in which a run can end has its exit code, and every exit code counts."""

import pytest

from reconciler.cli.exit_codes import ExitCode, worst
from reconciler.cli.report_codes import of_ingestion, of_report, run_ending
from reconciler.outcome.results import (
    ApplyReport,
    Ending,
    IngestEnding,
    IngestReport,
    Outcome,
    SourceResult,
)


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
