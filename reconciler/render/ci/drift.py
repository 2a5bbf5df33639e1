"""Drift in the formats of pipelines: alarming drift and unreadable sources are errors."""

from collections.abc import Iterator

from junitparser import Error, Failure, TestCase

from reconciler import __version__
from reconciler.codes.run import RunCode
from reconciler.diagnostics import errors_in
from reconciler.planning.drift.report import DriftReport
from reconciler.render.ci import finding as ci
from reconciler.render.ci.junit import diagnostic_cases, finding_list, junit_xml, new_case
from reconciler.render.drift.importance import of_drift
from reconciler.render.drift.view import DriftRow, SourceDriftView, drift_views
from reconciler.render.drift.words import TITLES
from reconciler.render.escape import escape
from reconciler.render.plan.symbols import element


def drift_run(report: DriftReport) -> ci.Run:
    """Return the findings for a pipeline: diagnostics, unreadable sources, drift."""
    of_sources = (f for view in drift_views(report) for f in _of_source(view))
    return ci.Run(
        name=f"reconciler/drift/{report.environment}/",
        findings=ci.most_important_first(
            (*ci.diagnostic_findings(report.diagnostics, ci.files_of(report.sources)), *of_sources)
        ),
        version=__version__,
        succeeded=not report.errored,
    )


def drift_junit(report: DriftReport) -> str:
    """Return *report* as a suite with a case for each source, failed if the source drifted.

    Manifests with errors are separate cases, so that a run that judged nothing is not green.
    """
    known = {source.source for source in report.sources}
    errors = errors_in(d for d in report.diagnostics if d.source not in known)
    judged = map(_case, drift_views(report))
    cases = [*judged, *diagnostic_cases(errors)]
    return junit_xml(f"reconciler drift, environment {report.environment}", cases)


def _case(view: SourceDriftView) -> TestCase:
    source = view.drift
    case = new_case(source.source, classname="source", file=source.file)
    if source.error is not None:
        case.result = [Error(escape(source.error), RunCode.UNREADABLE_SOURCE)]
    elif view.alarming:
        failure = Failure(escape(view.said), "drift")
        failure.text = finding_list(ci.most_important_first(_of_source(view)))
        case.result = [failure]
    return case


def _of_source(view: SourceDriftView) -> Iterator[ci.ReviewFinding]:
    source = view.drift
    for row in view.alarming:
        change, standing = row.change, row.finding.standing
        title = TITLES[standing]
        back = row.rest or f"undo in Assets: {view.back_to_git}"
        yield ci.ReviewFinding(
            level=ci.Level.ERROR,
            importance=of_drift(row.finding),
            code=str(standing),
            text=f"{_what_differs(row)}: {title[:1].lower()}{title[1:]}",
            help=f"{back}; keep it in the manifest: {view.into_git}",
            file=change.file or source.file,
            line=change.line or (1 if source.file else None),
            column=change.column,
            source=source.source,
            address=change.address,
        )


def _what_differs(row: DriftRow) -> str:
    name = element(row.change)
    if row.side is not None:
        return f"{name} is {row.side}"
    return f"{name}: {row.change.field} {row.git} in git, {row.live} in live"
