"""After an operation: is live as it was sent? (design.md section 7, read back)."""

from collections import defaultdict

from reconciler.manifest.project_model import Undocumented
from reconciler.model.address import Address
from reconciler.model.document import walk_types
from reconciler.model.normalise import LiveDocument
from reconciler.model.wire import read_document
from reconciler.planning.align import align
from reconciler.planning.difference import Difference, Sides
from reconciler.planning.differences import differences
from reconciler.planning.judge import Judge
from reconciler.planning.plan import Change, Edit, Kind, SourcePlan


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
