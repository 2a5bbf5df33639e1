"""What drifted, as JSON with a version of its own; its schema is `reconciler schema drift`."""

from collections import Counter
from typing import Any

from reconciler import __version__
from reconciler.planning.drift import DriftReport, Finding, Muting, SourceDrift, Standing
from reconciler.planning.plan_file import write_change
from reconciler.render.apply_json import json_line

FORMAT_VERSION = "1.0"


def drift_json(report: DriftReport) -> str:
    """Return *report* on one line."""
    findings = [f for s in report.sources for f in s.findings]
    return json_line(
        {
            "format_version": FORMAT_VERSION,
            "tool": {"name": "reconciler", "version": __version__},
            "environment": report.environment,
            "drifted": report.alarms,
            "errored": report.errored,
            "summary": {
                "sources": len(report.sources),
                "drifted": sum(s.alarms for s in report.sources),
                "unreadable": sum(s.error is not None for s in report.sources),
                "by_standing": _counted(f.standing for f in findings),
                "by_kind": _counted(f.change.kind for f in findings if f.standing.alarms),
            },
            "sources": [_source(s) for s in report.sources],
            "acknowledgements": [_muting(m) for m in report.mutings],
            "diagnostics": [d.to_dict() for d in report.diagnostics],
        }
    )


def _counted(values: Any) -> dict[str, int]:
    return dict(sorted(Counter(map(str, values)).items()))


def _source(source: SourceDrift) -> dict[str, Any]:
    return {
        "source": source.source,
        "state": state(source),
        "base": source.base,
        "file": source.file,
        "findings": [_finding(f) for f in source.findings],
        "error": source.error,
    }


def state(source: SourceDrift) -> str:
    """Return what is to be done about *source*, in one word."""
    if source.error is not None:
        return "unreadable"
    if source.alarms:
        return "drifted"
    return "unapplied" if source.count(Standing.UNAPPLIED) else "in-sync"


def _finding(finding: Finding) -> dict[str, Any]:
    return write_change(finding.change) | {
        "standing": finding.standing,
        "acknowledged_by": finding.acknowledged_by,
    }


def _muting(muting: Muting) -> dict[str, Any]:
    known = muting.acknowledgement
    return {
        "address": known.address,
        "reason": known.reason,
        "owner": known.owner,
        "expires": known.expires.isoformat(),
        "muted": muting.muted,
        "expired": muting.expired,
    }
