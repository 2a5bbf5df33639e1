"""The plan as JSON: what `--format json` prints and `-o` saves (design.md#the-plan).

The JSON Schema is `reconciler schema plan`.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reconciler.diagnostics import Diagnostic
from reconciler.errors import PlanFileError
from reconciler.mapping.preview_file import read_data_effect, write_data_effect
from reconciler.model.address import Address
from reconciler.model.json_form import from_json, to_json
from reconciler.planning.plan import (
    Change,
    Plan,
    SourcePlan,
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
        "summary": to_json(plan.summary),
        "sources": [_write_source(s) for s in plan.sources],
        "diagnostics": to_json(plan.diagnostics),
    }


def read_plan(raw: Any) -> Plan:
    """Return the plan of the JSON *raw* (valid by the schema `plan`).

    Raises PlanFileError if a newer version wrote it, or if its digests do not match, which means
    that somebody altered it.
    """
    version = str(raw.get("format_version")) if isinstance(raw, Mapping) else "None"
    if version.partition(".")[0] != FORMAT_VERSION.partition(".")[0]:
        raise PlanFileError(
            f"this plan has format version {version}, and this reconciler reads {FORMAT_VERSION}",
            hint=_PLAN_AGAIN,
        )
    try:
        plan = Plan(
            tool_version=raw["tool"]["version"],
            created_at=raw["created_at"],
            environment=raw["environment"],
            sources=tuple(map(_read_source, raw["sources"])),
            diagnostics=from_json(raw["diagnostics"], tuple[Diagnostic, ...]),
            allow_residual=raw["allow_residual"],
            errored=raw["errored"],
        )
    except ValueError as error:
        raise PlanFileError(f"this is not a plan: {error}", hint=_PLAN_AGAIN) from error
    altered = [s.source for s in plan.sources if s.operation and not s.operation.matches_its_digest]
    if altered or plan.digest != raw["digest"]:
        where = f" ({', '.join(altered)})" if altered else ""
        raise PlanFileError(
            f"the plan is not what its digest says{where}: it was altered after it was made",
            hint=_PLAN_AGAIN,
        )
    for name, text in _totals(plan).items():
        if not _matches(raw[name], text):
            raise PlanFileError(
                f"the plan's {name} is not that of its sources: it was altered after it was made",
                hint=_PLAN_AGAIN,
            )
    return plan


def _totals(plan: Plan) -> dict[str, Any]:
    """Return the JSON about all sources together."""
    return {
        "has_changes": plan.has_changes,
        "blocked": plan.blocked,
        "summary": to_json(plan.summary),
    }


def _matches(raw: Any, expected: Any) -> bool:
    """Return whether *raw* has the expected values; a newer minor version may have more."""
    return raw | expected == raw if isinstance(expected, dict) else bool(raw == expected)


def _write_source(source: SourcePlan) -> dict[str, Any]:
    effect = source.data_effect
    rest: dict[str, Any] = to_json(replace(source, changes=(), residual=(), data_effect=None))
    return rest | {
        "changes": [write_change(c) for c in source.changes],
        "residual": [write_change(c) for c in source.residual],
        "data_effect": write_data_effect(effect) if effect else None,
    }


def write_change(change: Change) -> dict[str, Any]:
    """Return the JSON of one change, as used in plans and drift reports."""
    return {**to_json(change), "risk_text": change.risk_text}


def _read_source(raw: Mapping[str, Any]) -> SourcePlan:
    effect = raw.get("data_effect")
    source = from_json({**raw, "data_effect": None}, SourcePlan)
    return replace(
        source,
        reads={Address.parse(str(address)): part for address, part in source.reads.items()},
        data_effect=read_data_effect(effect) if effect else None,
    )
