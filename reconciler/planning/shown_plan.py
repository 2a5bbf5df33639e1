"""A plan as it is shown: without the prefix of the environment's external ids, files renamed.

The plan itself, and so its JSON, has the ids that are sent: it can be verified and compared with
live, and its addresses differ also where live has an id with and one without the prefix.
"""

from collections.abc import Iterable
from typing import Any

from reconciler.diagnostics import Diagnostic
from reconciler.model.id_prefix import ID_KEYS, IdPrefix
from reconciler.planning.change import Change
from reconciler.planning.object_schema.operation import SchemaElement
from reconciler.planning.plan import Plan, SourcePlan
from reconciler.value import replace


class ShownPlan(Plan):
    """A plan as it is shown; its digest is that of `whole`, the plan itself."""

    whole: Plan

    @property
    def digest(self) -> str:
        """The digest of the plan itself."""
        return self.whole.digest


# A parent is told as addresses tell it.
_IDS = ID_KEYS | {"parent"}


def without_prefix(plan: Plan) -> Plan:
    """Return *plan* as people read it, itself where its environment has no prefix."""
    prefix = plan.id_prefix
    if not prefix or isinstance(plan, ShownPlan):
        return plan
    return shown_plan(
        plan,
        sources=tuple(_source(source, prefix) for source in plan.sources),
        diagnostics=shown_diagnostics(plan.diagnostics, prefix),
    )


def shown_plan(
    plan: Plan, *, sources: tuple[SourcePlan, ...], diagnostics: tuple[Diagnostic, ...]
) -> ShownPlan:
    """Return *plan* with *sources* and *diagnostics* as they are shown."""
    return ShownPlan(
        whole=plan.whole if isinstance(plan, ShownPlan) else plan,
        tool_version=plan.tool_version,
        created_at=plan.created_at,
        environment=plan.environment,
        sources=sources,
        diagnostics=diagnostics,
        options=plan.options,
        errored=plan.errored,
        id_prefix=plan.id_prefix,
    )


def shown_change(change: Change, prefix: IdPrefix) -> Change:
    """Return *change* as people read it."""
    return replace(
        change,
        address=prefix.off_address(change.address),
        before=_value(change.before, change, prefix),
        after=_value(change.after, change, prefix),
        remedy=None if change.remedy is None else prefix.off_text(change.remedy),
    )


def shown_diagnostics(
    diagnostics: Iterable[Diagnostic], prefix: IdPrefix
) -> tuple[Diagnostic, ...]:
    """Return *diagnostics* as people read them."""
    if not prefix:
        return tuple(diagnostics)
    return tuple(
        replace(
            each,
            text=prefix.off_text(each.text),
            hint=None if each.hint is None else prefix.off_text(each.hint),
        )
        for each in diagnostics
    )


def _value(value: Any, change: Change, prefix: IdPrefix) -> Any:
    if change.field in _IDS and isinstance(value, str):
        return prefix.off_id(value)
    return prefix.off_json(value) if change.field is None else value


def _source(source: SourcePlan, prefix: IdPrefix) -> SourcePlan:
    operation, evidence, certificate = source.operation, source.evidence, source.certificate
    reason = source.reason
    return replace(
        source,
        reason=replace(
            reason,
            text=prefix.off_text(reason.text),
            rejected=tuple(replace(r, text=prefix.off_text(r.text)) for r in reason.rejected),
        ),
        operation=replace(operation, body=prefix.off_json(operation.body)) if operation else None,
        changes=tuple(shown_change(change, prefix) for change in source.changes),
        residual=tuple(shown_change(change, prefix) for change in source.residual),
        evidence=replace(
            evidence,
            desired=prefix.off_json(evidence.desired),
            live=prefix.off_json(evidence.live),
            remembered=prefix.off_json(evidence.remembered),
            stated=prefix.off_json(evidence.stated),
            others=tuple(map(prefix.off_id, evidence.others)),
            elsewhere=tuple(map(prefix.off_id, evidence.elsewhere)),
            targets=tuple(
                replace(each, element=_element(each.element, prefix)) for each in evidence.targets
            ),
        ),
        certificate=certificate
        and replace(certificate, remains=tuple(map(prefix.off_address, certificate.remains))),
        reads={prefix.off_address(address): part for address, part in source.reads.items()},
        schema_operations=tuple(
            replace(
                each,
                settles=tuple(map(prefix.off_address, each.settles)),
                object=_element(each.object, prefix),
                reversible=each.reversible and prefix.off_text(each.reversible),
            )
            for each in source.schema_operations
        ),
        along=tuple(
            replace(each, address=prefix.off_address(each.address)) for each in source.along
        ),
    )


def _element(element: SchemaElement, prefix: IdPrefix) -> SchemaElement:
    external_id = element.external_id
    return replace(element, external_id=external_id and prefix.off_id(external_id))
