"""Drift reports as JSON, written and read, and several merged into one (design.md#drift).

The schema is `reconciler schema drift`; changes have the same form as in plans.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from reconciler.codes.run import RunCode
from reconciler.diagnostics import Diagnostic
from reconciler.errors import WrongUsage
from reconciler.model.canonical import canonical_json
from reconciler.model.display import first_of
from reconciler.model.json_form import from_json, to_json
from reconciler.planning.drift.report import (
    AcknowledgementUse,
    DriftFinding,
    DriftReport,
    Shard,
    SourceDrift,
    Standing,
)
from reconciler.planning.plan_file import write_change
from reconciler.value import replace

FORMAT_VERSION = "1.0"
_MOST_NAMED = 20


def write_drift(report: DriftReport, *, tool_version: str) -> dict[str, Any]:
    """Return the JSON of *report*."""
    findings = [f for s in report.sources for f in s.findings]
    drifted = [f for f in findings if f.standing.alarms]
    return {
        "format_version": FORMAT_VERSION,
        "tool": {"name": "reconciler", "version": tool_version},
        "created_at": report.created_at,
        "duration_seconds": round(report.seconds, 3),
        "environment": report.environment,
        "shard": str(report.shard) if report.shard else None,
        "selected": report.selected,
        "drifted": report.drifted,
        "news": report.alarms,
        "errored": report.errored,
        "summary": {
            "sources": len(report.sources),
            "drifted": sum(s.drifted for s in report.sources),
            "unreadable": sum(s.error is not None for s in report.sources),
            "by_standing": _counted(f.standing for f in findings),
            "by_attribution": _counted(f.change.attribution or "unknown" for f in findings),
            "by_kind": _counted(f.change.kind for f in drifted),
            "by_source": {
                s.source: number
                for s in report.sources
                if (number := s.count(Standing.DRIFT, Standing.CONFLICT))
            },
            "news": sum(f.news for f in drifted),
        },
        "sources": [_write_source(s) for s in report.sources],
        "acknowledgements": [_write_acknowledgement(m) for m in report.acknowledgements],
        "diagnostics": to_json(report.diagnostics),
    }


def read_drift(raw: Mapping[str, Any]) -> DriftReport:
    """Return the report of the JSON *raw*, which is valid by the schema `drift`.

    Raises ValueError if it is no report nevertheless.
    """
    return DriftReport(
        environment=raw["environment"],
        sources=tuple(map(_read_source, raw["sources"])),
        acknowledgements=tuple(map(_read_acknowledgement, raw["acknowledgements"])),
        diagnostics=from_json(raw["diagnostics"], tuple[Diagnostic, ...]),
        errored=raw["errored"],
        created_at=raw["created_at"],
        seconds=raw["duration_seconds"],
        shard=Shard.of(raw["shard"]) if raw["shard"] else None,
        selected=raw["selected"],
    )


def merge_reports(reports: Sequence[DriftReport]) -> DriftReport:
    """Merge the *reports*, at least one, of several jobs.

    The jobs ran in parallel: the whole began with the first and took as long as the longest.
    If shards are missing, the result is in error and says which. Raises WrongUsage for reports
    of different environments, a source in two of them, or shards of different totals.
    """
    environments = sorted({r.environment for r in reports})
    if len(environments) > 1:
        raise WrongUsage(f"the reports are of several environments: {', '.join(environments)}")
    sources = sorted((s for r in reports for s in r.sources), key=lambda s: s.source)
    twice = [name for name, number in Counter(s.source for s in sources).items() if number > 1]
    if twice:
        raise WrongUsage(f"more than one report has {', '.join(twice)}")
    missing = tuple(_missing([r.shard for r in reports if r.shard]))
    diagnostics = (*missing, *(d for r in reports for d in r.diagnostics))
    return DriftReport(
        environment=environments[0],
        sources=tuple(sources),
        acknowledgements=_joined(m for r in reports for m in r.acknowledgements),
        diagnostics=tuple(dict.fromkeys(diagnostics)),
        errored=bool(missing) or any(r.errored for r in reports),
        created_at=min(r.created_at for r in reports),
        seconds=max(r.seconds for r in reports),
        selected=any(r.selected for r in reports),
    )


def _missing(shards: Sequence[Shard]) -> Iterator[Diagnostic]:
    """Yield an error if the report of a shard is missing. Raises WrongUsage for odd ones."""
    totals = sorted({s.total for s in shards})
    if len(totals) > 1:
        raise WrongUsage(f"the reports are shards of {' and of '.join(map(str, totals))}")
    if twice := [str(s) for s, number in Counter(shards).items() if number > 1]:
        raise WrongUsage(f"there is more than one report of shard {', '.join(twice)}")
    known = {s.index for s in shards}
    for total in totals:
        if absent := [i for i in range(1, total + 1) if i not in known]:
            named = first_of([f"{i}/{total}" for i in absent], _MOST_NAMED)
            yield RunCode.MISSING_SHARD.diagnostic(
                f"shard {named} is missing",
                hint="check that job: its sources are not judged",
            )


def _joined(uses: Iterable[AcknowledgementUse]) -> tuple[AcknowledgementUse, ...]:
    found: dict[bytes, AcknowledgementUse] = {}
    for use in uses:
        key = canonical_json(_write_acknowledgement(replace(use, muted=0)))
        before = found.get(key)
        found[key] = replace(use, muted=use.muted + (before.muted if before else 0))
    return tuple(found.values())


def drift_state(source: SourceDrift) -> str:
    """Return the state of *source* in one word."""
    if source.error is not None:
        return "unreadable"
    if source.drifted:
        return "drifted"
    return "unapplied" if source.count(Standing.UNAPPLIED) else "in-sync"


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(map(str, values)).items()))


def _write_source(source: SourceDrift) -> dict[str, Any]:
    return {
        "source": source.source,
        "state": drift_state(source),
        **to_json(replace(source, findings=())),
        "findings": [_write_finding(f) for f in source.findings],
    }


def _read_source(raw: Mapping[str, Any]) -> SourceDrift:
    findings = [{**finding, "change": finding} for finding in raw["findings"]]
    return from_json({**raw, "findings": findings}, SourceDrift)


def _write_finding(finding: DriftFinding) -> dict[str, Any]:
    return write_change(finding.change) | {
        "standing": finding.standing,
        "acknowledged_by": finding.acknowledged_by,
        "news": finding.news,
    }


def _write_acknowledgement(use: AcknowledgementUse) -> dict[str, Any]:
    known = use.acknowledgement
    return {
        "address": known.address,
        "reason": known.reason,
        "owner": known.owner,
        "expires": known.expires.isoformat(),
        **({"value": known.value[0]} if known.value else {}),
        "muted": use.muted,
        "expired": use.expired,
    }


def _read_acknowledgement(raw: Mapping[str, Any]) -> AcknowledgementUse:
    value = [raw["value"]] if "value" in raw else []
    known = {**raw, "value": value, "place": None}
    return from_json({**raw, "acknowledgement": known}, AcknowledgementUse)
