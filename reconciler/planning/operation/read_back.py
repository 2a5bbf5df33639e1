"""After an operation: whether live is as it was sent, and the mappings before and after it.

Reading back follows design.md#read-back. What live hides (typeValues) is assumed to equal the
manifest: nobody can see whether it differs, and otherwise it would look as if the operation
changed it.
"""

from collections import defaultdict

from reconciler.model.address import Address
from reconciler.model.document import Document, walk_types
from reconciler.model.normalise import LiveDocument
from reconciler.model.policy import Undocumented
from reconciler.model.source import SourceRef
from reconciler.model.wire import read_document
from reconciler.planning.change import Change, Edit, Kind
from reconciler.planning.comparison import (
    Comparison,
    comparison_of,
    has_ids,
    live_at_planning,
    seed_of,
)
from reconciler.planning.diff.align import align
from reconciler.planning.diff.difference import Difference, Sides
from reconciler.planning.diff.differences import differences
from reconciler.planning.last_sent import last_sent, with_last_sent
from reconciler.planning.object_schema.effects import after_operations
from reconciler.planning.object_schema.operation import Phase
from reconciler.planning.operation.build import outcome_of
from reconciler.planning.plan import Action, SourcePlan
from reconciler.planning.verdict.judge import Judge
from reconciler.semantics.response import Accepted
from reconciler.value import replace


def remaining(plan: SourcePlan, after: LiveDocument) -> tuple[Change, ...]:
    """Return what *plan* sent and the live document *after* does not show; empty: converged.

    Only parts that were sent and that live shows are compared. Live may contain more than the
    body, except in a mapping: those are overwritten as a whole.
    """
    if plan.operation is None:
        return ()
    puts = plan.operation.method == "PUT"
    judge = Judge(puts=puts, undocumented=Undocumented.ATTEMPT)
    sent = {c.address: c for c in plan.changes if c.verdict.is_sent}
    inside: defaultdict[Address, list[Change]] = defaultdict(list)
    for change in sent.values():
        for above in change.address.above:
            inside[above].append(change)
    added = {c.address for c in sent.values() if c.action is Edit.ADD}
    left: dict[Address, Change] = {}
    body = read_document(plan.operation.body)
    has_ids = any(t.external_id for t, _ in walk_types(body.object_types))
    # A PATCH carries live's ids even if the manifest, and so the plan's addresses, have none.
    for by_ids in {has_ids, has_ids and puts}:
        desired, live = align(body, after.document, seed=plan.source, by_ids=by_ids)
        sides = Sides(source=plan.source, desired=desired, live=live, shown=after.shown)
        for difference in differences(sides):
            if difference.write_only or _is_more(difference):
                continue
            if difference.edit is Edit.ADD:
                # An element missing from live lacks everything that was changed in it.
                left |= {c.address: c for c in inside.get(difference.address, ())}
            if (known := sent.get(difference.address)) is not None:
                left[difference.address] = known
            elif not added.isdisjoint(difference.address.above):
                left[difference.address] = judge.change(difference)
    return tuple(left[address] for address in sorted(left))


def _is_more(difference: Difference) -> bool:
    return difference.edit is Edit.REMOVE and difference.kind is not Kind.ATTRIBUTE_MAPPING


def before_and_after(planned: SourcePlan) -> tuple[Document | None, Document]:
    """Return live (None if nothing is configured) and the document that it will become.

    Elements that only live has stay. If the source is blocked and nothing will be sent, the
    manifest is returned instead of the future document.
    """
    comparison = comparison_of(planned, live := live_at_planning(planned))
    desired = comparison.desired.document
    if live is None:
        return None, desired
    before = with_hidden_parts(live, desired)
    after = _after(planned, comparison)
    if after is not None:
        return before, with_hidden_parts(replace(live, document=after), desired)
    return before, before if planned.action is Action.NO_OP else desired


def _after(planned: SourcePlan, comparison: Comparison) -> Document | None:
    """Return live after all that is sent, None if nothing is, or the API would refuse it."""
    live, after = comparison.inputs.live.document, None
    if planned.operation is not None:
        outcome = outcome_of(comparison, read_document(planned.operation.body))
        after = outcome.live if isinstance(outcome, Accepted) else None
    elif planned.schema_operations and live is not None:
        after = live.document
    if after is None:
        return None
    return after_operations(after, planned.schema_operations_in(Phase.AFTER))


def with_hidden_parts(live: LiveDocument, desired: Document) -> Document:
    """Return *live* with its hidden parts as they are in *desired*."""
    return with_last_sent(live, last_sent([desired]))


def with_ids_of(before: Document, desired: Document, ref: SourceRef) -> Document:
    """Return *desired*, with the external ids of *before* if it has none."""
    desired_side, _ = align(desired, before, seed=seed_of(ref), by_ids=has_ids(desired))
    return desired_side.document
