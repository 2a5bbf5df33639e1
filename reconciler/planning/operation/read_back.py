"""After an operation: is live as it was sent? (design.md#read-back).

The mapping that data meet before an operation, and after it.

What live hides (typeValues) is taken to be as the manifest has it: nobody can see whether it
differs, and it would look as if the operation changed it.
"""

from collections import defaultdict
from dataclasses import replace

from reconciler.model.address import Address
from reconciler.model.document import Document, walk_types
from reconciler.model.normalise import LiveDocument
from reconciler.model.policy import Undocumented
from reconciler.model.source import SourceRef
from reconciler.model.wire import read_document
from reconciler.planning.comparison import case_of, has_ids, live_then, seed_of
from reconciler.planning.diff.align import align
from reconciler.planning.diff.difference import Difference, Sides
from reconciler.planning.diff.differences import differences
from reconciler.planning.inputs import recalled, remember
from reconciler.planning.operation.build import outcome_of
from reconciler.planning.plan import Action, Change, Edit, Kind, SourcePlan
from reconciler.planning.verdict.judge import Judge
from reconciler.semantics.response import Accepted


def remaining(plan: SourcePlan, after: LiveDocument) -> tuple[Change, ...]:
    """Return what *plan* sent and the live document *after* does not show; empty: converged.

    Only what was sent is looked at, and only what live shows. Live may hold more than
    the body did, but not in a mapping: those are overwritten whole.
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
    # A PATCH carries live's ids also where the manifest, and so the plan's addresses, have none.
    for by_ids in {has_ids, has_ids and puts}:
        want, have = align(body, after.document, seed=plan.source, by_ids=by_ids)
        sides = Sides(source=plan.source, desired=want, live=have, shown=after.shown)
        for difference in differences(sides):
            if difference.write_only or _is_more(difference):
                continue
            if difference.edit is Edit.ADD:
                # What live lacks as a whole, it lacks with all that was changed in it.
                left |= {c.address: c for c in inside.get(difference.address, ())}
            if (known := sent.get(difference.address)) is not None:
                left[difference.address] = known
            elif not added.isdisjoint(difference.address.above):
                left[difference.address] = judge.change(difference)
    return tuple(left[address] for address in sorted(left))


def _is_more(difference: Difference) -> bool:
    return difference.edit is Edit.REMOVE and difference.kind is not Kind.ATTRIBUTE_MAPPING


def before_and_after(planned: SourcePlan) -> tuple[Document | None, Document]:
    """Return live, None where nothing is configured, and what it will be.

    What only live has stays there. Where the source is blocked nothing will be sent: then
    it is the manifest that stands for what it would be.
    """
    case = case_of(planned, live := live_then(planned))
    want = case.want.document
    if live is None:
        return None, want
    before = unhidden(live, want)
    if planned.operation is not None:
        outcome = outcome_of(case, read_document(planned.operation.body))
        if isinstance(outcome, Accepted):
            return before, unhidden(replace(live, document=outcome.live), want)
    return before, before if planned.action is Action.NO_OP else want


def unhidden(live: LiveDocument, desired: Document) -> Document:
    """Return *live* with what it does not show as it is in *desired*."""
    return recalled(live, remember([desired]), desired)


def with_ids_of(before: Document, desired: Document, ref: SourceRef) -> Document:
    """Return *desired*; where it has no external ids, with those of *before*."""
    want, _ = align(desired, before, seed=seed_of(ref), by_ids=has_ids(desired))
    return want.document
