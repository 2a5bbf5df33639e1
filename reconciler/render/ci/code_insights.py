"""A plan as a Code Insights report of Bitbucket Cloud: a verdict, figures, and annotations.

From developer.atlassian.com, the Bitbucket Cloud REST API, Reports: the values that fields
may have, at most 10 figures, and at most 1,000 annotations, the worst first here. The API
refuses a summary of more than 450 characters, and details of more than 2,000.
"""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from reconciler.diagnostics import Diagnostic, Severity
from reconciler.model.policy import Risk
from reconciler.planning.plan import Action, Change, Plan, SourcePlan, Verdict
from reconciler.render.escape import escape
from reconciler.render.markdown.marker import Marker
from reconciler.render.plan.view import PlanOutcome, idle_text, outcome_of
from reconciler.render.shorten import shorten

MOST_ANNOTATIONS = 1_000
_LONGEST_SUMMARY = 450
_LONGEST_DETAILS = 2_000
_SEVERITIES = ("CRITICAL", "HIGH", "MEDIUM", "LOW")
_BY_RISK = {Risk.DATA: "HIGH", Risk.REVIEW: "MEDIUM", Risk.NONE: "LOW"}
_BY_DIAGNOSTIC = {Severity.ERROR: "CRITICAL", Severity.WARNING: "MEDIUM", Severity.INFO: "LOW"}
_OUTCOMES = {
    PlanOutcome.ERRORED: "The plan could not be made.",
    PlanOutcome.BLOCKED: "Something is blocked: nothing of those sources will be sent.",
    PlanOutcome.CHANGES: "There are changes to apply.",
}


def report_id(marker: Marker) -> str:
    """Return the id of the report that goes with the comment of *marker*."""
    owner = f"{marker.environment}\n{marker.directory}".encode()
    return f"reconciler-{sha256(owner).hexdigest()[:16]}"


def plan_report(plan: Plan, *, directory: str, link: str | None) -> dict[str, Any]:
    """Return the report of *plan*, FAILED if something is blocked or in error."""
    summary = plan.summary
    figures = {
        "Blocked": summary.blocked,
        "To create": summary.create,
        "To update": summary.update,
        "Unchanged": summary.no_op,
        "Impossible": summary.impossible,
        "Risk to data": summary.risk_data,
        "To review": summary.risk_review,
    }
    where = "" if directory == "." else f", {directory}"
    report = {
        "title": _cut(f"reconciler plan ({plan.environment}{where})", _LONGEST_SUMMARY),
        "details": _details(plan),
        "report_type": "TEST",
        "reporter": "reconciler",
        "result": "FAILED" if plan.blocked or plan.errored else "PASSED",
        "data": [{"title": t, "type": "NUMBER", "value": v} for t, v in figures.items()],
    }
    return report | ({"link": link} if link else {})


def plan_annotations(plan: Plan) -> list[dict[str, Any]]:
    """Return the errors and the blocked, impossible or risky changes of *plan*, the worst first.

    File names are relative to the repository's root.
    """
    found = [
        *(_of_diagnostic(d) for d in plan.diagnostics),
        *(each for source in plan.sources for each in _of_source(source)),
    ]
    found.sort(key=lambda annotation: _SEVERITIES.index(annotation["severity"]))
    return [
        {"external_id": f"reconciler-{at:04}", **annotation}
        for at, annotation in enumerate(found[:MOST_ANNOTATIONS])
    ]


def _details(plan: Plan) -> str:
    outcome = _OUTCOMES.get(outcome_of(plan)) or f"{idle_text(plan)}."
    return f"{outcome} Digest {plan.digest}"


def _of_source(source: SourcePlan) -> Iterator[dict[str, Any]]:
    acted = [
        change
        for change in source.changes
        if change.verdict is Verdict.IMPOSSIBLE or change.risk is not Risk.NONE
    ]
    if source.action is Action.BLOCKED and not any(
        change.verdict is Verdict.IMPOSSIBLE for change in acted
    ):
        yield _annotation(
            title=f"{source.source}: blocked",
            summary=f"{source.source}: {source.reason.text}",
            severity="HIGH",
            fails=True,
            place=_place(source.file, None),
        )
    for change in acted:
        yield _of_change(source, change)


def _of_change(source: SourcePlan, change: Change) -> dict[str, Any]:
    impossible = change.verdict is Verdict.IMPOSSIBLE
    what = "impossible through the API" if impossible else (change.risk_code or change.risk)
    why = (change.remedy if impossible else change.risk_text) or ""
    return _annotation(
        title=f"{source.source}: {what}",
        summary=f"{change.address}: {what}. {why}".rstrip(". ") + ".",
        severity="HIGH" if impossible else _BY_RISK[change.risk],
        fails=impossible,
        place=_place(source.file, change.line),
    )


def _of_diagnostic(diagnostic: Diagnostic) -> dict[str, Any]:
    return _annotation(
        title=diagnostic.code,
        summary=diagnostic.text,
        severity=_BY_DIAGNOSTIC[diagnostic.severity],
        fails=diagnostic.severity is Severity.ERROR,
        place=_place(diagnostic.file, diagnostic.line),
    )


def _annotation(
    *, title: str, summary: str, severity: str, fails: bool, place: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "title": _cut(title, _LONGEST_SUMMARY),
        "annotation_type": "BUG" if fails else "CODE_SMELL",
        "summary": _cut(summary, _LONGEST_SUMMARY),
        "details": _cut(summary, _LONGEST_DETAILS),
        "severity": severity,
        "result": "FAILED" if fails else "PASSED",
        **place,
    }


def _place(file: str | None, line: int | None) -> dict[str, Any]:
    if file is None:
        return {}
    return {"path": file} | ({"line": line} if line is not None else {})


def _cut(text: str, longest: int) -> str:
    return shorten(escape(text), longest)
