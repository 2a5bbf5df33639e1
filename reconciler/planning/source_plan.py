"""Plan one source: compare, judge, build the operation, simulate it, prove it, give reasons."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial

from reconciler.diagnostics import Diagnostic
from reconciler.model.address import Address
from reconciler.model.document import Document
from reconciler.model.policy import Orphans
from reconciler.model.source import ConfigStatus
from reconciler.model.wire import document_digest
from reconciler.planning import plan_diagnostics
from reconciler.planning.change import LEFT_OPEN, OF_NO_TYPE, Change, Kind, Verdict
from reconciler.planning.comparison import Comparison, evidence_of
from reconciler.planning.diff.align import Side
from reconciler.planning.diff.difference import Difference
from reconciler.planning.diff.differences import differences
from reconciler.planning.diff.renames import probable_renames
from reconciler.planning.diff.unknown_keys import contradictions
from reconciler.planning.inputs import PlanOptions, SourceInput
from reconciler.planning.live_digest import live_digest
from reconciler.planning.operation.body_elements import carried, companions
from reconciler.planning.operation.build import operation_of, simulation
from reconciler.planning.operation.certificate import certify, convergence
from reconciler.planning.operation.footprint import footprint
from reconciler.planning.operation.simulate import PhaseOperations, Simulated
from reconciler.planning.plan import Action, SourcePlan, Unchanged
from reconciler.planning.reasons import is_live_orphan, reason
from reconciler.planning.surroundings import named_part
from reconciler.planning.verdict.attribution import attribute_changes
from reconciler.planning.verdict.judge import Judge, contradiction, unselected, with_hint
from reconciler.planning.verdict.manifest_place import with_manifest_places
from reconciler.planning.verdict.selection import selection
from reconciler.semantics.response import Accepted, Refusal


def plan_source(
    inputs: SourceInput, *, options: PlanOptions
) -> tuple[SourcePlan, Iterator[Diagnostic], Document | None]:
    """Return the plan that takes live to what is desired, its diagnostics, and live afterwards.

    The last is None if nothing is sent.

    PUT if and only if nothing is configured (design.md#decisions). The mapping is one document
    for the API, so there is one operation however many changes there are; schema operations come
    before it, which it is planned on, and after it.
    """
    read = Comparison.of(inputs, options)
    before = _before_patch(read)
    comparison = read.expecting(before.document) if before.operations else read
    whose = [(d, _left_to_others(d, inputs)) for d in differences(comparison.sides)]
    others = [external_id for _, external_id in whose if external_id is not None]
    found = [d for d, external_id in whose if external_id is None]
    if options.policy.orphans is Orphans.IGNORE:
        found = [d for d in found if not d.is_orphan]
    unknown = [d for d in found if d.write_only and not d.is_orphan]
    found = [d for d in found if not d.write_only or d.is_orphan]
    judge = Judge(
        puts=comparison.creates,
        undocumented=options.policy.undocumented,
        ineffective=inputs.baseline.ineffective if inputs.baseline else {},
        settings=read.settings,
        facts=inputs.facts,
    )
    selected = selection(found, inputs.only, comparison.desired)

    judged = partial(_judged, comparison, judge, selected)
    sendable = [d for d in found if judged(d, before).verdict.is_sent]
    seen = [d for d in found if not d.write_only]
    simulated, later = _patch(comparison, seen, sendable, before)
    refused = simulated.refused if simulated else {}
    settled = {a: o.kind for o in (*before.operations, *later.operations) for a in o.settles}
    found = [*before.settled, *found]
    changes = [
        judge.settled(d, settled[d.address])
        if d.address in settled
        else judged(d, later, refusal=refused.get(d.address))
        for d in found
    ]
    action = _action(changes, options, simulated, creates=comparison.creates)
    is_done = action is Action.UPDATE
    schema_operations = (*before.operations, *later.operations) if is_done else ()
    sent = simulated if action in {Action.CREATE, Action.UPDATE} else None
    travelling = carried(sent.body, unknown) if sent and unknown else []
    unknown = [d for d in unknown if d not in travelling]
    if comparison.stated is not None:
        # The base knows of them: they are changes, though nobody knows of a need to send them.
        found += unknown
        changes += map(judge.change, unknown)
    changes = attribute_changes(changes, read)
    if inputs.locations is not None and inputs.places:
        changes = with_manifest_places(changes, found, inputs.locations)
    residual = [c for c in changes if c.verdict in LEFT_OPEN]
    after = later.document if schema_operations else None
    if sent is not None and isinstance(sent.outcome, Accepted) and not schema_operations:
        after = sent.outcome.live
    then = comparison.sides_against(after)
    left = list(differences(then)) if after is not None else []
    noted = [*map(contradiction, contradictions(then))]
    for entry, attribute in _entries_left_out(found, left):
        if attribute.address not in selected:
            noted.append(unselected(entry))
        elif attribute.address in refused:
            noted.append(judge.change(entry, refused[attribute.address]))
    residual += attribute_changes(noted, read)
    certificate = certify(comparison, sent, changes, left, schema_operations)
    evidence = evidence_of(read, found, others=others, claims=certificate is not None)
    numbers = dict(Counter(str(d.field or d.kind) for d in unknown))
    ref = inputs.ref
    plan = SourcePlan(
        source=ref.name,
        import_source_id=ref.import_source_id,
        workspace_id=ref.workspace_id,
        config_status=inputs.live.status,
        object_schema=inputs.around.object_schema,
        import_source_name=inputs.live.description.name if inputs.live.description else None,
        action=action,
        reason=reason(
            action,
            changes,
            residual,
            status=inputs.live.status,
            puts=comparison.creates,
            options=options,
            unknown=numbers,
            schema_operations=len(schema_operations),
        ),
        operation=operation_of(comparison, sent.body) if sent else None,
        changes=tuple(changes),
        residual=tuple(residual),
        convergence=convergence(certificate, changes, residual, is_unknown=bool(unknown)),
        desired_digest=document_digest(inputs.desired),
        live_digest=live_digest(inputs.live.document, inputs.desired),
        evidence=evidence,
        certificate=certificate,
        reads=footprint(comparison, sent.body) if sent else {},
        base=inputs.baseline.name if inputs.baseline else None,
        unchanged=_unchanged(comparison.desired, found),
        file=inputs.locations.file if inputs.locations else None,
        along=tuple(companions(comparison, sent.body, changes, travelling)) if sent else (),
        unknown=numbers,
        schema_operations=schema_operations,
    )
    return plan, _plan_diagnostics(comparison, found, others, plan.unknown, simulated), after


def _before_patch(comparison: Comparison) -> PhaseOperations:
    """Return the schema operations before the PATCH: none without `schemaAuth`."""
    if not comparison.inputs.targets:
        return PhaseOperations()
    from reconciler.planning.object_schema.phase import before_patch  # noqa: PLC0415 - few have it

    return before_patch(comparison, list(differences(comparison.sides)))


def _patch(
    comparison: Comparison,
    seen: Sequence[Difference],
    sendable: Sequence[Difference],
    before: PhaseOperations,
) -> tuple[Simulated | None, PhaseOperations]:
    """Return the operation on the mapping, and the schema operations after it."""
    if not comparison.inputs.targets:
        return simulation(comparison, seen, sendable), before
    from reconciler.planning.object_schema.phase import after_patch  # noqa: PLC0415 - as above

    return after_patch(comparison, seen, sendable, before)


def _judged(
    comparison: Comparison,
    judge: Judge,
    selected: Collection[Address],
    difference: Difference,
    phases: PhaseOperations,
    *,
    refusal: Refusal | None = None,
) -> Change:
    """Return *difference*, which no schema operation settles, as a change."""
    if difference.address in phases.withheld:
        change = judge.withheld(difference)
    elif difference.address not in selected and not difference.write_only:
        change = unselected(difference)
    else:
        change = judge.change(difference, refusal)
    hint = phases.hints.get(change.address)
    if hint is None and change.verdict is Verdict.IMPOSSIBLE and refusal is None:
        # What is impossible is seldom.
        from reconciler.planning.object_schema.phase import hint_without_assets  # noqa: PLC0415

        hint = hint_without_assets(comparison, difference)
    return with_hint(change, hint)


def _left_to_others(difference: Difference, inputs: SourceInput) -> str | None:
    """Return what `others` calls what is only live and another source's, None for all else."""
    if difference.kind is Kind.MAPPING or not difference.is_orphan:
        return None
    key = difference.attribute_key or difference.type_key
    if difference.kind in OF_NO_TYPE:
        key = named_part(difference.kind, difference.names[0])
    owner = inputs.around.owner(key or "")
    return key if owner not in {None, inputs.ref.name} else None


def _entries_left_out(
    found: Sequence[Difference], left: Sequence[Difference]
) -> Iterator[tuple[Difference, Difference]]:
    """Yield the entries that a new mapping is sent without, and the attributes that they fill.

    The mapping is one change, of which these are no part, so they are only in the residual.
    """
    attributes = {(d.type_key, d.attribute_key): d for d in found if d.kind is Kind.ATTRIBUTE}
    known = {d.address for d in found}
    for entry in left:
        attribute = attributes.get((entry.type_key, entry.attribute_key))
        if attribute and entry.kind is Kind.ATTRIBUTE_MAPPING and entry.address not in known:
            yield entry, attribute


def _action(
    changes: Sequence[Change],
    options: PlanOptions,
    simulated: Simulated | None,
    *,
    creates: bool,
) -> Action:
    verdicts = {c.verdict for c in changes}
    if Verdict.IMPOSSIBLE in verdicts and not options.allow_residual:
        return Action.BLOCKED
    if options.policy.orphans is Orphans.FAIL and any(map(is_live_orphan, changes)):
        return Action.BLOCKED
    if simulated is not None and not isinstance(simulated.outcome, Accepted):
        return Action.BLOCKED
    if any(v.takes_effect for v in verdicts):
        return Action.CREATE if creates else Action.UPDATE
    return Action.NO_OP


def _plan_diagnostics(
    comparison: Comparison,
    found: Sequence[Difference],
    others: Collection[str],
    unknown: Mapping[str, int],
    simulated: Simulated | None,
) -> Iterator[Diagnostic]:
    name = comparison.name
    if comparison.inputs.live.status is ConfigStatus.RUNNING:
        yield plan_diagnostics.running(name)
    around = comparison.inputs.around
    orphans = [d for d in found if d.is_orphan and around.unseen]
    if number := sum((d.attribute_key or d.type_key) in around.undecided for d in orphans):
        yield plan_diagnostics.not_looked_at(name, number, around.unseen)
    if unknown and comparison.stated is None:
        yield plan_diagnostics.write_only(name, unknown)
    if not comparison.is_blank:
        for rename in probable_renames(comparison.desired, comparison.live, {*others}):
            yield plan_diagnostics.probable_rename(comparison, rename)
    if simulated is not None:
        yield from plan_diagnostics.refusal_diagnostics(comparison, found, simulated)


def _unchanged(desired: Side, found: Sequence[Difference]) -> Unchanged:
    types = {d.type_key for d in found if d.kind is Kind.OBJECT_TYPE}
    # What only live has is none of the manifest's.
    changed = (d for d in found if d.kind is Kind.ATTRIBUTE and not d.is_orphan)
    attributes = {(d.type_key, d.attribute_key) for d in changed}
    mappings = {d.type_key for d in found if d.kind in {Kind.MAPPING, Kind.ATTRIBUTE_MAPPING}}
    return Unchanged(
        object_types=sum(key not in types for key in desired.types),
        attributes=sum(len(n.own) for n in desired.types.values()) - len(attributes),
        mappings=sum(key not in mappings for key in desired.mappings),
    )
