"""The plan as JSON: what `--format json` prints and `-o` saves (design.md#the-plan).

The JSON Schema is `reconciler schema plan`.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from reconciler.diagnostics import Confidence, Diagnostic
from reconciler.errors import PlanFileError
from reconciler.mapping.preview_file import read_data_effect, write_data_effect
from reconciler.model.policy import Risk
from reconciler.model.source import ConfigStatus
from reconciler.planning.plan import (
    Action,
    Attribution,
    Certificate,
    Change,
    Convergence,
    Edit,
    Evidence,
    Kind,
    Operation,
    Plan,
    Reason,
    Rejected,
    SourcePlan,
    Unchanged,
    Verdict,
)

FORMAT_VERSION = "1.0"
_PLAN_AGAIN = "make a new one: reconciler plan -o PLAN"


def write_plan(plan: Plan) -> dict[str, Any]:
    """Return the plan's JSON."""
    return {
        "format_version": FORMAT_VERSION,
        "tool": {"name": "reconciler", "version": plan.tool_version},
        "created_at": plan.created_at,
        "environment": plan.environment,
        "digest": plan.digest,
        "has_changes": plan.has_changes,
        "blocked": plan.blocked,
        "errored": plan.errored,
        "allow_residual": plan.allow_residual,
        "summary": _fields(plan.summary),
        "sources": [_write_source(s) for s in plan.sources],
        "diagnostics": [d.to_dict() for d in plan.diagnostics],
    }


def read_plan(raw: Any) -> Plan:
    """Return the plan of the JSON *raw* (valid by the schema `plan`).

    Raises PlanFileError where a newer version wrote it, or where it is not what its
    digests say: somebody altered it.
    """
    version = str(raw.get("format_version")) if isinstance(raw, Mapping) else "None"
    if version.partition(".")[0] != FORMAT_VERSION.partition(".")[0]:
        raise PlanFileError(
            f"this plan has format version {version}, and this reconciler reads {FORMAT_VERSION}",
            hint=_PLAN_AGAIN,
        )
    plan = Plan(
        tool_version=raw["tool"]["version"],
        created_at=raw["created_at"],
        environment=raw["environment"],
        sources=tuple(_read_source(s) for s in raw["sources"]),
        diagnostics=tuple(Diagnostic.from_dict(d) for d in raw["diagnostics"]),
        allow_residual=raw["allow_residual"],
        errored=raw["errored"],
    )
    altered = [
        s.source for s in plan.sources if s.operation and not s.operation.is_what_its_digest_says
    ]
    if altered or plan.digest != raw["digest"]:
        where = f" ({', '.join(altered)})" if altered else ""
        raise PlanFileError(
            f"the plan is not what its digest says{where}: it was altered after it was made",
            hint=_PLAN_AGAIN,
        )
    for name, told in _totals(plan).items():
        if not _says(raw[name], told):
            raise PlanFileError(
                f"the plan's {name} is not that of its sources: it was altered after it was made",
                hint=_PLAN_AGAIN,
            )
    return plan


def _totals(plan: Plan) -> dict[str, Any]:
    """Return what the JSON says of all sources together."""
    return {
        "has_changes": plan.has_changes,
        "blocked": plan.blocked,
        "summary": _fields(plan.summary),
    }


def _says(raw: Any, told: Any) -> bool:
    """Whether *raw* says what it has to; a newer minor version may say more."""
    return raw | told == raw if isinstance(told, dict) else bool(raw == told)


def _fields(value: Any) -> dict[str, Any]:
    return {f.name: getattr(value, f.name) for f in fields(value)}


def _write_source(source: SourcePlan) -> dict[str, Any]:
    reason = _fields(source.reason)
    reason["rejected"] = [_fields(r) for r in source.reason.rejected]
    certificate = source.certificate
    return _fields(source) | {
        "reason": reason,
        "operation": _fields(source.operation) if source.operation else None,
        "changes": [write_change(c) for c in source.changes],
        "residual": [write_change(c) for c in source.residual],
        "certificate": {k: list(v) for k, v in _fields(certificate).items()}
        if certificate
        else None,
        "reads": dict(source.reads),
        "unchanged": _fields(source.unchanged),
        "evidence": _fields(source.evidence) | {"shown": list(source.evidence.shown)},
        "data_effect": write_data_effect(source.data_effect) if source.data_effect else None,
    }


def write_change(change: Change) -> dict[str, Any]:
    """Return the JSON of one change, as plans and drift reports have it."""
    return _fields(change) | {"names": list(change.names), "risk_text": change.risk_text}


def _read_source(raw: Mapping[str, Any]) -> SourcePlan:
    status, operation, reason = raw["config_status"], raw["operation"], raw["reason"]
    return SourcePlan(
        source=raw["source"],
        import_source_id=raw["import_source_id"],
        workspace_id=raw["workspace_id"],
        config_status=ConfigStatus(status) if status is not None else None,
        action=Action(raw["action"]),
        reason=Reason(
            code=reason["code"],
            text=reason["text"],
            rule=reason["rule"],
            rejected=tuple(Rejected(**_known(Rejected, r)) for r in reason["rejected"]),
        ),
        operation=Operation(**_known(Operation, operation)) if operation else None,
        changes=tuple(map(read_change, raw["changes"])),
        residual=tuple(map(read_change, raw["residual"])),
        convergence=Convergence(raw["convergence"]),
        desired_digest=raw["desired_digest"],
        live_digest=raw["live_digest"],
        certificate=_read_certificate(raw["certificate"]),
        reads=raw["reads"],
        base=raw["base"],
        file=raw["file"],
        data_effect=read_data_effect(on_data) if (on_data := raw.get("data_effect")) else None,
        unchanged=Unchanged(**_known(Unchanged, raw["unchanged"])),
        evidence=Evidence(
            desired=raw["evidence"]["desired"],
            live=raw["evidence"]["live"],
            shown=tuple(raw["evidence"]["shown"]),
            remembered=raw["evidence"]["remembered"],
        ),
    )


def _read_certificate(raw: Mapping[str, Any] | None) -> Certificate | None:
    if raw is None:
        return None
    return Certificate(**{k: tuple(v) for k, v in _known(Certificate, raw).items()})


def read_change(raw: Mapping[str, Any]) -> Change:
    """Return the change that `write_change` wrote."""
    known = _known(Change, raw)
    return Change(
        **known
        | {
            "names": tuple(raw["names"]),
            "kind": Kind(raw["kind"]),
            "action": Edit(raw["action"]),
            "verdict": Verdict(raw["verdict"]),
            "confidence": Confidence(raw["confidence"]),
            "risk": Risk(raw["risk"]),
            "attribution": Attribution(whose) if (whose := raw["attribution"]) else None,
        }
    )


def _known(of: type, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of *of* in *raw*: a newer minor version may hold more."""
    names = {f.name for f in fields(of)}
    return {k: v for k, v in raw.items() if k in names}
