"""GitLab's code quality report: a list of issues, empty where there is nothing to say."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from reconciler.diagnostics import Diagnostic
from reconciler.manifest.project.file import PROJECT_FILE
from reconciler.planning.plan import Plan
from reconciler.render.ci.finding import Finding, Level, diagnosed, findings_of, fingerprints
from reconciler.render.escape import escape, escape_json

_SEVERITIES = {Level.ERROR: "blocker", Level.WARNING: "major", Level.NOTE: "info"}


def plan_gitlab(plan: Plan) -> str:
    """Return the findings of *plan* as a code quality report."""
    return findings_gitlab(findings_of(plan))


def diagnostics_gitlab(diagnostics: Iterable[Diagnostic]) -> str:
    """Return *diagnostics* of manifests as a code quality report."""
    return findings_gitlab(diagnosed(diagnostics))


def findings_gitlab(findings: Sequence[Finding]) -> str:
    """Return *findings* as a code quality report."""
    marked = zip(findings, fingerprints(findings), strict=True)
    issues = [_issue(finding, fingerprint) for finding, fingerprint in marked]
    return escape_json(json.dumps(issues, ensure_ascii=False, indent=2)) + "\n"


def _issue(finding: Finding, fingerprint: str) -> dict[str, Any]:
    remedy = f" ({' '.join(finding.help.split())})" if finding.help else ""
    return {
        "description": escape(finding.text + remedy),
        "check_name": finding.code,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[finding.level],
        # An issue without a place is not shown at all.
        "location": {"path": finding.file or PROJECT_FILE, "lines": {"begin": finding.line or 1}},
    }
