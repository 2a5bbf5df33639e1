"""A plan as a Code Insights report of Bitbucket Cloud: a verdict, figures, and annotations.

From developer.atlassian.com, the Bitbucket Cloud REST API, Reports: the values that fields
may have, at most 10 figures, and at most 1,000 annotations. The API refuses a summary of more
than 450 characters, and details of more than 2,000.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from reconciler.planning.plan import Plan
from reconciler.render.ci.finding import Level, ReviewFinding, left_out, plan_findings
from reconciler.render.escape import escape
from reconciler.render.importance import Importance
from reconciler.render.markdown.marker import Marker
from reconciler.render.plan.operation_words import headline, operations_of
from reconciler.render.plan.view import PlanOutcome, idle_text, outcome_of
from reconciler.render.shorten import shorten

MOST_ANNOTATIONS = 1_000
_LONGEST_SUMMARY = 450
_LONGEST_DETAILS = 2_000
# Orphans, and what a policy skips, need no annotation.
_SEVERITIES: Mapping[Importance, str] = {
    Importance.FINAL: "CRITICAL",
    Importance.DATA_RISK: "CRITICAL",
    Importance.BLOCKED: "HIGH",
    Importance.IMPOSSIBLE: "HIGH",
    Importance.ERROR: "HIGH",
    Importance.REVIEW_RISK: "MEDIUM",
    Importance.REMARK: "MEDIUM",
    Importance.LINT: "LOW",
}
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
    """Return the diagnostics and the blocked, impossible or risky changes of *plan*.

    The most important come first. File names are relative to the repository's root.
    """
    return [
        {"external_id": f"reconciler-{at:04}", **_annotation(finding)}
        for at, finding in enumerate(_annotated(plan)[:MOST_ANNOTATIONS])
    ]


def _annotated(plan: Plan) -> list[ReviewFinding]:
    return [f for f in plan_findings(plan) if f.importance in _SEVERITIES]


def _details(plan: Plan) -> str:
    more = _annotated(plan)[MOST_ANNOTATIONS:]
    cut = f" {left_out(more)}." if more else ""
    outcome = _OUTCOMES.get(outcome_of(plan)) or f"{idle_text(plan)}."
    said = headline(operations_of(plan))
    return f"{outcome}{f' {said}.' if said else ''}{cut} Digest {plan.digest}"


def _annotation(finding: ReviewFinding) -> dict[str, Any]:
    about = finding.source if finding.address else None
    summary = ". ".join(filter(None, (finding.text.rstrip("."), finding.help)))
    fails = finding.level is Level.ERROR
    return {
        "title": _cut(": ".join(filter(None, (about, finding.code))), _LONGEST_SUMMARY),
        "annotation_type": "BUG" if fails else "CODE_SMELL",
        "summary": _cut(finding.text, _LONGEST_SUMMARY),
        "details": _cut(summary, _LONGEST_DETAILS),
        "severity": _SEVERITIES[finding.importance],
        "result": "FAILED" if fails else "PASSED",
        **_place(finding.file, finding.line),
    }


def _place(file: str | None, line: int | None) -> dict[str, Any]:
    if file is None:
        return {}
    return {"path": file} | ({"line": line} if line is not None else {})


def _cut(text: str, longest: int) -> str:
    return shorten(escape(text), longest)
