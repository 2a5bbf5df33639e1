"""The plan as JSON: what `--format json` prints and `-o` saves (design.md#the-plan).

The JSON Schema is `reconciler schema plan`.
"""

from collections.abc import Mapping, Sequence
from itertools import repeat
from typing import Any

from reconciler.command_line import command_line
from reconciler.diagnostics import Diagnostic
from reconciler.errors import AlteredPlan, PlanFileError
from reconciler.manifest.schemas import schema_faults
from reconciler.mapping.preview_file import read_data_effect, write_data_effect
from reconciler.model.address import Address
from reconciler.model.id_prefix import IdPrefix
from reconciler.model.json_form import from_json, to_json
from reconciler.model.policy import SchemaPolicy
from reconciler.model.wire import DocumentJson, read_document
from reconciler.planning.change import Change
from reconciler.planning.inputs import PlanOptions
from reconciler.planning.plan import Evidence, Operation, Plan, SourcePlan, Summary
from reconciler.planning.plan_text import Documents
from reconciler.value import field_names, replace

FORMAT_VERSION = "2.1"
# Of a plan that has what only `schemaAuth` shows, and that an older version cannot verify.
_WITH_TARGETS = "2.2"
# Of one that facts decide, which an older version does not know.
_WITH_FACTS = "2.3"
# Options that stand beside the others.
_APART = ("allow_residual", "accept_loss")
_MAJOR, _OLDER = "2", ("0", "1")


def make_again() -> str:
    """Return the hint of a saved plan that cannot be used."""
    return f"make a new one: {command_line('plan -o PLAN')}"


def _evidence(evidence: Evidence) -> dict[str, Any]:
    """Return the JSON of *evidence*; without `schemaAuth` it says nothing of Assets itself."""
    written = _with_documents(evidence)
    if not evidence.targets:
        del written["targets"]
    if not evidence.facts:
        del written["facts"]
    return written


def _with_documents(value: Evidence | Operation) -> dict[str, Any]:
    """Return the JSON of *value*, the documents in its fields as they are."""
    fields = {name: getattr(value, name) for name in field_names(type(value))}
    documents = {name: each for name, each in fields.items() if isinstance(each, DocumentJson)}
    without: dict[str, Any] = dict.fromkeys(documents)
    written: dict[str, Any] = to_json(replace(value, **without))
    return written | documents


def _options(options: PlanOptions) -> dict[str, Any]:
    written: dict[str, Any] = to_json(options)
    if options.policy.schema == SchemaPolicy():
        del written["policy"]["schema"]
    return written


def write_summary(summary: Summary) -> dict[str, Any]:
    """Return the JSON of *summary*; it names schema operations if there are some."""
    written: dict[str, Any] = to_json(summary)
    if not summary.schema_operations:
        del written["schema_operations"]
    return written


def write_plan(plan: Plan) -> dict[str, Any]:
    """Return the plan's JSON, in which documents stand for theirs: they have their own encoder."""
    options, version = _options(plan.options), _format_of(plan)
    tells_way_back = _has_targets(plan)
    prefix = {"external_id_prefix": plan.id_prefix.text} if plan.id_prefix else {}
    return {
        "format_version": version,
        "tool": {"name": "reconciler", "version": plan.tool_version},
        "created_at": plan.created_at,
        "environment": plan.environment,
        "digest": plan.digest,
        "has_changes": plan.has_changes,
        "blocked": plan.blocked,
        "errored": plan.errored,
        "allow_residual": options.pop("allow_residual"),
        "accept_loss": options.pop("accept_loss"),
        "options": options | prefix,
        "summary": write_summary(plan.summary),
        "sources": [_write_source(s, tells_way_back=tells_way_back) for s in plan.sources],
        "diagnostics": to_json(plan.diagnostics),
    }


def read_plan(raw: Any, documents: Sequence[Documents] = ()) -> Plan:
    """Return the plan of the JSON *raw* (which `check_format` lets pass) and its *documents*.

    Raises PlanFileError if it is no plan, AlteredPlan if its digest or its totals do not match.
    Whether its claims hold is for `reconciler.planning.verification`.
    """
    plan = unchecked_plan(raw, documents)
    if plan.digest != raw["digest"]:
        raise AlteredPlan(
            "the plan was altered after it was made: it is not what its digest says",
            hint=make_again(),
        )
    said, needed = raw["format_version"], _format_of(plan)
    if needed != FORMAT_VERSION and _minor(said) < _minor(needed):
        raise AlteredPlan(
            f"the plan was altered after it was made: its format is {needed}, and it says {said}",
            hint=make_again(),
        )
    for name, text in _totals(plan).items():
        if not _matches(raw[name], text):
            raise AlteredPlan(
                f"the plan was altered after it was made: its {name} is not that of its sources",
                hint=make_again(),
            )
    return plan


def unchecked_plan(raw: Any, documents: Sequence[Documents] = ()) -> Plan:
    """Return the plan as `read_plan` does, whatever its digest and its totals are."""
    try:
        return Plan(
            tool_version=raw["tool"]["version"],
            created_at=raw["created_at"],
            environment=raw["environment"],
            sources=tuple(map(_read_source, raw["sources"], documents or repeat({}))),
            diagnostics=from_json(raw["diagnostics"], tuple[Diagnostic, ...]),
            options=from_json({**raw["options"], **{key: raw[key] for key in _APART}}, PlanOptions),
            errored=raw["errored"],
            id_prefix=IdPrefix(raw["options"].get("external_id_prefix", "")),
        )
    except ValueError as error:
        raise PlanFileError(f"this is not a plan: {error}", hint=make_again()) from error


def check_format(raw: Any) -> None:
    """Raise PlanFileError if *raw* has another version's format, or is no plan by the schema."""
    version = raw.get("format_version") if isinstance(raw, Mapping) else None
    major = version.partition(".")[0] if isinstance(version, str) else _MAJOR
    if major in _OLDER and "allow_residual" in raw:  # reports have a format of their own
        raise PlanFileError(
            f"this plan was made by an older version (its format is {version}): plan again",
            hint=make_again(),
        )
    if major not in {_MAJOR, *_OLDER}:
        raise PlanFileError(
            f"this plan has format version {version}, and this reconciler reads {FORMAT_VERSION}",
            hint=make_again(),
        )
    if faults := schema_faults("plan", raw):
        raise PlanFileError(f"this is not a plan: {faults[0]}", hint=make_again())


def _format_of(plan: Plan) -> str:
    if any(source.evidence.facts for source in plan.sources):
        return _WITH_FACTS
    return _WITH_TARGETS if _has_targets(plan) else FORMAT_VERSION


def _has_targets(plan: Plan) -> bool:
    return any(source.evidence.targets for source in plan.sources)


def _minor(version: str) -> int:
    return int(version.partition(".")[2])


def _totals(plan: Plan) -> dict[str, Any]:
    """Return the JSON about all sources together."""
    return {
        "has_changes": plan.has_changes,
        "blocked": plan.blocked,
        "summary": to_json(plan.summary),
    }


def _matches(raw: Any, expected: Any) -> bool:
    """Return whether *raw* has the expected values; a newer minor version may have more."""
    if isinstance(expected, dict):
        raw = {"schema_operations": 0, **raw}
        return bool(raw | expected == raw)
    return bool(raw == expected)


def _write_source(source: SourcePlan, *, tells_way_back: bool) -> dict[str, Any]:
    by = {address: each for each in source.schema_operations for address in each.settles}

    def written(change: Change) -> dict[str, Any]:
        made = write_change(change)
        if tells_way_back and source.sends and change.verdict.takes_effect:
            from reconciler.planning.verdict.way_back import way_back  # noqa: PLC0415 - few say it

            made["reversible"] = way_back(change, by.get(change.address))
        return made

    effect, operation, bare = source.data_effect, source.operation, Evidence(desired={}, live=None)
    rest: dict[str, Any] = to_json(
        replace(source, changes=(), residual=(), data_effect=None, evidence=bare, operation=None)
    )
    return rest | {
        "operation": operation and _with_documents(operation),
        "evidence": _evidence(source.evidence),
        "changes": [written(c) for c in source.changes],
        "residual": [write_change(c) for c in source.residual],
        "data_effect": write_data_effect(effect) if effect else None,
    }


def write_change(change: Change) -> dict[str, Any]:
    """Return the JSON of one change, as used in plans and drift reports.

    Without `schemaAuth` nothing is known of Assets itself, and nothing is said of it.
    """
    written: dict[str, Any] = to_json(change)
    if change.in_assets is None:
        del written["in_assets"]
    if change.observed is None:
        del written["observed"]
    return {**written, "risk_text": change.risk_text}


def _read_source(raw: Mapping[str, Any], known: Documents) -> SourcePlan:
    effect = raw.get("data_effect")
    source = from_json({**raw, "data_effect": None}, SourcePlan)
    evidence = source.evidence
    desired = known["desired"] if known else _document(evidence.desired)
    live = known.get("live") if known else evidence.live and _document(evidence.live)
    return replace(
        source,
        evidence=replace(evidence, desired=desired, live=live),
        reads={Address.parse(str(address)): part for address, part in source.reads.items()},
        data_effect=read_data_effect(effect) if effect else None,
    )


def _document(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the JSON *raw* as that of its document, itself if that is written otherwise.

    Then it was altered, which is for verification to tell.
    """
    try:
        document = DocumentJson(read_document(raw))
    except Exception:  # noqa: BLE001 - whatever it is that fails: it is no document
        return raw
    return document if document == raw else raw
