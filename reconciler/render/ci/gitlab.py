"""GitLab's code quality report: a list of issues, empty without findings."""

from typing import Any

from reconciler.manifest.project.file import PROJECT_FILE
from reconciler.render.ci.finding import Level, ReviewFinding, Run, fingerprints
from reconciler.render.escape import escape
from reconciler.render.importance import Importance
from reconciler.render.json_line import indented_json

# A merge request shows the first of them by severity: lint must not stand beside data at risk.
_SEVERITIES = {Level.ERROR: "blocker", Level.WARNING: "major", Level.NOTE: "info"}
_SEVERITIES_OF = {
    (Level.WARNING, Importance.FINAL): "critical",
    (Level.WARNING, Importance.DATA_RISK): "critical",
    (Level.WARNING, Importance.LINT): "minor",
}


def run_gitlab(run: Run) -> str:
    """Return the findings of *run* as a code quality report."""
    marked = zip(run.findings, fingerprints(run.findings), strict=True)
    issues = [_issue(finding, fingerprint) for finding, fingerprint in marked]
    return indented_json(issues) + "\n"


def _issue(finding: ReviewFinding, fingerprint: str) -> dict[str, Any]:
    remedy = f" ({' '.join(finding.help.split())})" if finding.help else ""
    return {
        "description": escape(finding.text + remedy),
        "check_name": finding.code,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES_OF.get(
            (finding.level, finding.importance), _SEVERITIES[finding.level]
        ),
        # GitLab does not show an issue without a place.
        "location": {"path": finding.file or PROJECT_FILE, "lines": {"begin": finding.line or 1}},
    }
