"""Plans, and live that moved since they were made."""

from hypothesis import assume
from hypothesis import strategies as st

from reconciler.model.document import Document
from reconciler.planning.operation.staleness import Staleness, staleness
from reconciler.planning.plan import SourcePlan
from reconciler.semantics.response import Accepted
from tests.support.strategies.cases import Case, cases
from tests.support.strategies.edits import EDITS
from tests.support.strategies.picking import Edit
from tests.support.strategies.worlds import patched, shown, tampered


@st.composite
def moved(draw: st.DrawFn, edits: tuple[Edit, ...] = EDITS) -> tuple[Case, Document, bool]:
    """A case, live as it is by now, and whether somebody brought the very plan about."""
    case = draw(cases(edits=edits))
    (planned,) = case.plan().sources
    assume(planned.operation is not None and planned.operation.method == "PATCH")
    assert planned.operation is not None
    assert case.live is not None
    live, done = case.live, draw(st.integers(0, 4)) == 4
    if done:
        outcome = patched(live, planned.operation.body)
        assert isinstance(outcome, Accepted)
        live = outcome.live
    return case, draw(tampered(live, most=3, least=not done, edits=edits)), done


def found(case: Case, now: Document) -> tuple[SourcePlan, Staleness]:
    (planned,) = case.plan().sources
    return planned, staleness(planned, shown(now, everything=case.everything))
