"""Whether live is still what a plan with schema operations was made from, at each of its steps.

The plan knows live as it was before them, and its PATCH is planned against live after them.
"""

from collections.abc import Iterable, Sequence

from reconciler.model.normalise import LiveDocument
from reconciler.model.wire import DocumentJson, read_document
from reconciler.planning.comparison import live_at_planning
from reconciler.planning.last_sent import as_shown
from reconciler.planning.live_digest import live_digest
from reconciler.planning.object_schema.effects import after_operations
from reconciler.planning.object_schema.operation import Phase, SchemaOperation
from reconciler.planning.operation.read_back import remaining
from reconciler.planning.operation.staleness import Relevance, Staleness, staleness
from reconciler.planning.plan import SourcePlan
from reconciler.semantics.schema_changes.lost_mappings import without_lost_mappings
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

    Before the PATCH both are compared as it will find them, for it rests on that. After it live
    has to show what it sent: that, and what they require, is what the rest stands on. Without a
    PATCH nothing may have changed of what the source is concerned with.
    """
    then = live_at_planning(planned)
    if now is None or then is None:
        return Staleness(relevance=Relevance.CONFLICT)
    if planned.operation is None:
        return _without_patch(planned, then, now, left)
    done = with_operations_done(planned)
    before = [each for each in left if each.phase is Phase.BEFORE]
    if not before:
        return _relevant(is_moved=bool(remaining(done, now)))
    expected = live_at_planning(done)
    after = replace(now, document=after_operations(now.document, before))
    if expected is not None and after.document == expected.document:
        return Staleness(relevance=Relevance.IRRELEVANT)
    return staleness(done, after)


def _without_patch(
    planned: SourcePlan,
    then: LiveDocument,
    now: LiveDocument,
    left: Sequence[SchemaOperation],
) -> Staleness:
    shown, desired = now.shown & then.shown, read_document(planned.evidence.desired)

    def digest_after(live: LiveDocument, operations: Iterable[SchemaOperation]) -> str:
        # The mapping of what is deleted may stay, or go along.
        document = without_lost_mappings(after_operations(live.document, operations))
        return live_digest(LiveDocument(document=as_shown(document, shown), shown=shown), desired)

    is_moved = digest_after(now, left) != digest_after(then, planned.schema_operations)
    return _relevant(is_moved=is_moved)


def _relevant(*, is_moved: bool) -> Staleness:
    return Staleness(relevance=Relevance.CONFLICT if is_moved else Relevance.IRRELEVANT)
