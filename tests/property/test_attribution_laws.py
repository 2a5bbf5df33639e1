"""Whose change it is: never in doubt where an earlier time is known (design.md#attribution)."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.document import Document
from reconciler.model.normalise import LiveDocument
from reconciler.model.wire import read_document
from reconciler.planning.change import Attribution
from reconciler.planning.inputs import Baseline
from reconciler.planning.last_sent import last_sent
from reconciler.planning.plan import SourcePlan
from tests.support.strategies.documents import Json, documents
from tests.support.strategies.edits import edited
from tests.support.strategies.worlds import created, plan, shown, slow, tampered


@dataclass(frozen=True, kw_only=True)
class Then:
    """An earlier time: the manifest, and live after its apply; a commit knows no live."""

    desired: Json
    live: Document
    everything: bool
    commit: bool

    def base(self) -> Baseline:
        desired = read_document(self.desired)
        return Baseline(
            name="then",
            desired=desired,
            live=None if self.commit else self.seen(self.live),
            last_sent=last_sent([desired]),
        )

    def seen(self, live: Document) -> LiveDocument:
        return shown(live, everything=self.everything)

    def planned(self, desired: Json, live: Document) -> SourcePlan:
        (source,) = plan(desired, self.seen(live), base=self.base()).sources
        return source


@st.composite
def thens(draw: st.DrawFn) -> Then:
    desired = draw(documents())
    return Then(
        desired=desired,
        live=created(desired),
        everything=draw(st.booleans()),
        commit=draw(st.booleans()),
    )


def whose(planned: SourcePlan) -> set[Attribution | None]:
    return {c.attribution for c in (*planned.changes, *planned.residual)}


@slow
@given(st.data())
def test_where_only_the_manifest_moved_all_is_unapplied(data: st.DataObject) -> None:
    then = data.draw(thens())
    planned = then.planned(data.draw(edited(then.desired)), then.live)
    assert whose(planned) <= {Attribution.UNAPPLIED}


@slow
@given(st.data())
def test_where_only_live_moved_all_is_drift(data: st.DataObject) -> None:
    then = data.draw(thens())
    planned = then.planned(then.desired, data.draw(tampered(then.live)))
    assert [c for c in planned.changes if c.attribution is not Attribution.DRIFT] == []


@slow
@given(st.data())
def test_what_differed_then_already_is_unapplied(data: st.DataObject) -> None:
    """A residual of the last apply is nobody's drift, as long as live shows it the same."""
    then = data.draw(thens())
    left = data.draw(tampered(then.live))
    later = Then(desired=then.desired, live=left, everything=then.everything, commit=False)
    assert whose(later.planned(then.desired, left)) <= {Attribution.UNAPPLIED}


@slow
@given(st.data())
def test_with_a_base_no_change_is_unattributed(data: st.DataObject) -> None:
    then = data.draw(thens())
    planned = then.planned(data.draw(edited(then.desired)), data.draw(tampered(then.live)))
    assert None not in whose(planned)


@slow
@given(st.data())
def test_a_conflict_takes_two(data: st.DataObject) -> None:
    """What both moved is a conflict, and only there: each change alone is not one."""
    then = data.draw(thens())
    desired = data.draw(edited(then.desired))
    live = data.draw(tampered(then.live))
    both = then.planned(desired, live)
    mine = {c.address for c in then.planned(desired, then.live).changes}
    theirs = {c.address for c in then.planned(then.desired, live).changes}
    for change in both.changes:
        if change.attribution is Attribution.UNAPPLIED and change.address in theirs - mine:
            raise AssertionError(f"{change.address} moved in live alone")
        if change.attribution is Attribution.DRIFT and change.address in mine - theirs:
            raise AssertionError(f"{change.address} moved in the manifest alone")
