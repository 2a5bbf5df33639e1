"""Live moved after a plan was made: what is said of that is so (design.md#staleness)."""

from hypothesis import assume, given, settings

from reconciler.model.address import Address, Addresses
from reconciler.model.document import Document
from reconciler.model.fields import WRITE_ONLY
from reconciler.model.wire import has_external_ids, read_document
from reconciler.planning.diff.align import align
from reconciler.planning.diff.difference import Difference, Sides
from reconciler.planning.diff.differences import differences
from reconciler.planning.live_digest import live_digest
from reconciler.planning.operation.staleness import Relevance
from reconciler.planning.plan import SourcePlan
from reconciler.semantics.response import Accepted
from tests.support.strategies.cases import Case
from tests.support.strategies.documents import Json
from tests.support.strategies.mapping_edits import MAPPING_EDITS
from tests.support.strategies.stale_plans import found, moved
from tests.support.strategies.worlds import REF, patched, plan, shown, slow


def left(desired: Json, live: Document) -> dict[Address, Difference]:
    """What differs between the manifest and live, of which all is known."""
    want, have = align(
        read_document(desired),
        live,
        seed=REF.import_source_id or "",
        by_ids=has_external_ids(desired),
    )
    sides = Sides(source=REF.name, desired=want, live=have, shown=WRITE_ONLY)
    return {d.address: d for d in differences(sides)}


def sent_by(planned: SourcePlan) -> Addresses:
    return Addresses.of(c.address for c in planned.changes if c.verdict.is_sent)


@slow
@given(moved())
def test_what_moved_irrelevantly_leaves_the_operation_as_it_was(
    example: tuple[Case, Document, bool],
) -> None:
    """It is accepted, does all that it sends, and touches nothing else."""
    case, now, _ = example
    planned, judged = found(case, now)
    assume(judged.relevance is Relevance.IRRELEVANT)
    assert planned.operation is not None
    outcome = patched(now, planned.operation.body)
    assert isinstance(outcome, Accepted)
    before, after, sent = (
        left(case.desired, now),
        left(case.desired, outcome.live),
        sent_by(planned),
    )
    assert [a for a in after if a in sent.exact] == []
    carried = {a for a in before.keys() - after.keys() if a not in sent.exact}
    assert all(is_carried(before[a]) for a in carried), "only what comes along"
    stays = {a: d for a, d in before.items() if a not in sent.exact | carried}
    # A new mapping is one difference before; what it is sent without is left of it.
    announced = {c.address for c in planned.residual}
    withheld = {a: d for a, d in after.items() if a.owner in sent.exact and a in announced}
    assert after == stays | withheld


def is_carried(difference: Difference) -> bool:
    """What comes along, and live may hide (design.md#the-patch-body).

    A sent `iconKey` carries its icon; an attribute is sent as the manifest has it, with its
    `typeValues` and their statuses.
    """
    return difference.kind in {"icon", "status"} or difference.field == "typeValues"


@settings(slow, max_examples=max(settings().max_examples // 4, 5))  # few can be
@given(moved(edits=MAPPING_EDITS))
def test_what_can_be_rebased_would_be_planned_the_same(
    example: tuple[Case, Document, bool],
) -> None:
    case, now, _ = example
    planned, judged = found(case, now)
    assume(judged.relevance is Relevance.REBASABLE)
    (again,) = plan(
        case.desired, shown(now, everything=case.everything), base=case.base, **case.options
    ).sources
    assert planned.operation is not None
    assert again.operation is not None
    assert sent_by(planned).exact <= sent_by(again).exact
    if sent_by(again).exact == sent_by(planned).exact:
        assert again.operation.body_digest == planned.operation.body_digest


@slow
@given(moved())
def test_applied_is_said_only_where_nothing_that_was_sent_differs(
    example: tuple[Case, Document, bool],
) -> None:
    case, now, _ = example
    planned, judged = found(case, now)
    if judged.applied:
        sent = sent_by(planned)
        seen = shown(now, everything=case.everything)
        (again,) = plan(case.desired, seen, **case.options | {"resend_write_only": False}).sources
        assert [c.address for c in again.changes if c.address in sent.exact] == []


@slow
@given(moved())
def test_what_leaves_the_digest_of_live_is_irrelevant(example: tuple[Case, Document, bool]) -> None:
    case, now, _ = example
    planned, judged = found(case, now)
    seen = shown(now, everything=case.everything)
    if live_digest(seen, read_document(case.desired)) == planned.live_digest:
        assert judged.relevance is Relevance.IRRELEVANT


@slow
@given(moved())
def test_the_gravest_of_what_moved_is_what_it_is(example: tuple[Case, Document, bool]) -> None:
    """No part is graver than the whole; where only irrelevant parts moved, none is."""
    case, now, _ = example
    _, judged = found(case, now)
    grades = list(Relevance)
    assert all(
        grades.index(m.relevance) <= grades.index(judged.relevance) for m in judged.live_changes
    )
