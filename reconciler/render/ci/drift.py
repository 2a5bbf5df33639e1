"""Drift in the formats of pipelines: what alarms is an error, what could not be read too."""

from collections.abc import Iterator

from junitparser import Error, Failure, TestCase

from reconciler import __version__
from reconciler.codes.run import RunCode
from reconciler.diagnostics import errors_in
from reconciler.planning.drift.report import DriftReport, Finding, SourceDrift, Standing
from reconciler.render.ci import finding as ci
from reconciler.render.ci.github import findings_github
from reconciler.render.ci.gitlab import findings_gitlab
from reconciler.render.ci.junit import diagnosed_cases, listed, new_case, written
from reconciler.render.ci.sarif import findings_sarif
from reconciler.render.drift.text import told_source
from reconciler.render.drift.words import back_to_git, by_hand, into_git, on_one_side
from reconciler.render.escape import escape
from reconciler.render.plan.symbols import aspect, name_path
from reconciler.render.shorten import value

_WORDS = {
    Standing.DRIFT: "changed in Assets, not in git",
    Standing.CONFLICT: "changed in Assets and in git",
}


def findings_of(report: DriftReport) -> tuple[ci.Finding, ...]:
    """Return what a pipeline must tell: diagnostics, what could not be read, what drifted."""
    of_sources = (f for s in report.sources for f in _of_source(s, report.environment))
    return (*ci.diagnosed(report.diagnostics), *of_sources)


def drift_sarif(report: DriftReport) -> str:
    """Return *report* as a SARIF log; a result stands where the manifest has what drifted."""
    return findings_sarif(
        findings_of(report),
        run=f"reconciler/drift/{report.environment}/",
        version=__version__,
        succeeded=not report.errored,
    )


def drift_github(report: DriftReport) -> str:
    """Return *report* as workflow commands."""
    return findings_github(findings_of(report))


def drift_gitlab(report: DriftReport) -> str:
    """Return *report* as a code quality report."""
    return findings_gitlab(findings_of(report))


def drift_junit(report: DriftReport) -> str:
    """Return *report* as a suite with a case for each source: one that drifted has failed.

    Manifests in error are cases of their own, so that a run that judged nothing is not green.
    """
    known = {source.source for source in report.sources}
    errors = errors_in(d for d in report.diagnostics if d.source not in known)
    judged = [_case(source, report.environment) for source in report.sources]
    cases = [*judged, *diagnosed_cases(errors)]
    return written(f"reconciler drift, environment {report.environment}", cases)


def _case(source: SourceDrift, environment: str) -> TestCase:
    case = new_case(source.source, classname="source", file=source.file)
    if source.error is not None:
        case.result = [Error(escape(source.error), RunCode.UNREADABLE_SOURCE)]
    elif source.alarms:
        _, said = told_source(source)
        failure = Failure(escape(said), "drift")
        failure.text = listed(_of_source(source, environment))
        case.result = [failure]
    return case


def _of_source(source: SourceDrift, environment: str) -> Iterator[ci.Finding]:
    for finding in source.findings:
        if finding.alarms:
            yield _of_finding(source, finding, environment)


def _of_finding(source: SourceDrift, finding: Finding, environment: str) -> ci.Finding:
    change = finding.change
    return ci.Finding(
        level=ci.Level.ERROR,
        code=str(finding.standing),
        text=f"{_what_differs(finding)}: {_WORDS[finding.standing]}",
        help="; ".join(_ways(source, finding, environment)),
        file=source.file,
        line=change.line or (1 if source.file else None),
        column=change.column,
        source=source.source,
        address=change.address,
    )


def _ways(source: SourceDrift, finding: Finding, environment: str) -> Iterator[str]:
    yield by_hand(finding) or f"{back_to_git(environment, source)} takes it back to git"
    yield f"{into_git(environment, source)} takes it into git"


def _what_differs(finding: Finding) -> str:
    change = finding.change
    name = f"{name_path(change)} {aspect(change)}".rstrip()
    if change.field is not None:
        return (
            f"{name}: {change.field} {value(change.after)} in git, {value(change.before)} in live"
        )
    return f"{name} is {on_one_side(finding)}"
