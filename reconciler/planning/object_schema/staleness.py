"""Whether live is still what a plan with schema operations was made from, at each of its steps.

The plan knows live as it was before them, and its PATCH is planned against live after them.
"""

from collections.abc import Sequence

from reconciler.model.normalise import LiveDocument
from reconciler.model.wire import DocumentJson, read_document
from reconciler.planning.comparison import live_at_planning
from reconciler.planning.last_sent import as_shown
from reconciler.planning.live_digest import live_digest
from reconciler.planning.object_schema.effects import after_operations
from reconciler.planning.object_schema.operation import Phase, SchemaOperation
from reconciler.planning.operation.staleness import Relevance, Staleness, staleness
from reconciler.planning.plan import SourcePlan
from reconciler.value import replace


def with_operations_done(planned: SourcePlan) -> SourcePlan:
    """Return the PATCH of *planned* alone, as it is planned after the operations before it.

    Its live is what that was planned against, and so what it is checked and read back by.
    """
    if not planned.schema_operations:
        return planned
    done = replace(planned, schema_operations=())
    if (then := live_at_planning(planned)) is None:
        return done
    before = planned.schema_operations_in(Phase.BEFORE)
    live = replace(then, document=after_operations(then.document, before))
    return replace(
        done,
        live_digest=live_digest(live, read_document(planned.evidence.desired)),
        evidence=replace(planned.evidence, live=DocumentJson(live.document)),
    )


def staleness_before(
    planned: SourcePlan, now: LiveDocument | None, left: Sequence[SchemaOperation]
) -> Staleness:
    """Compare live *now*, when only *left* of the schema operations are still to be done.

    Both are compared as they will be afterwards, for the PATCH rests on that. Without a PATCH
    nothing may have changed of what the source is concerned with.
    """
    done = with_operations_done(planned)
    then = live_at_planning(done)
    if now is None or then is None:
        return Staleness(relevance=Relevance.CONFLICT)
    after = replace(now, document=after_operations(now.document, left))
    if after.document == then.document:
        return Staleness(relevance=Relevance.IRRELEVANT)
    if planned.operation is not None:
        return staleness(done, after)
    desired, shown = read_document(planned.evidence.desired), after.shown & then.shown
    digests = {
        live_digest(LiveDocument(document=as_shown(each.document, shown), shown=shown), desired)
        for each in (after, then)
    }
    return Staleness(relevance=Relevance.CONFLICT if len(digests) > 1 else Relevance.IRRELEVANT)
