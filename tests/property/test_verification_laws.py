"""Every plan is proved again from itself, and one that was altered is another plan or refused."""

import json

from hypothesis import assume, given
from hypothesis import strategies as st

from reconciler.errors import PlanFileError
from reconciler.manifest.schemas import schema_faults
from reconciler.model.wire import has_external_ids
from reconciler.planning.operation.certificate import unannounced
from reconciler.planning.plan import Action, Plan
from reconciler.planning.verification import TOLD_OF_CHANGE, open_plan
from reconciler.render.plan.json import plan_json
from tests.support.strategies.alterations import alternatives, at, places, put, resealed
from tests.support.strategies.cases import Case, anyhow, cases
from tests.support.strategies.documents import Json
from tests.support.strategies.plans import plans
from tests.support.strategies.worlds import slow


def saved(case: Case) -> Json:
    """The plan as it comes back from a file."""
    written: Json = json.loads(plan_json(case.plan()))
    return written


@slow
@given(plans())
def test_every_plan_is_opened_as_it_was_made(made: Plan) -> None:
    assert open_plan(json.loads(plan_json(made))) == made
    for planned in made.sources:
        for listed in (planned.changes, planned.residual):
            addresses = [c.address for c in listed]
            assert len(set(addresses)) == len(addresses), "law 7"


@slow
@given(cases(options=anyhow, creates=True))
def test_what_a_certificate_proves_is_so(case: Case) -> None:
    """What remains was announced, what is sent is a payload of which nothing is superfluous."""
    (planned,) = case.plan().sources
    sends = planned.action in {Action.CREATE, Action.UPDATE}
    assert sends == (planned.operation is not None) == (planned.certificate is not None)
    if planned.operation is None or planned.certificate is None:
        return
    version = "2023-10-19" if has_external_ids(planned.operation.body) else "2021-09-15"
    assert schema_faults(f"payload-{version}", dict(planned.operation.body)) == ()
    assert planned.certificate.superfluous == ()
    assert unannounced(planned.certificate, planned.residual) == ()


@slow
@given(st.data())
def test_what_is_shown_or_sent_cannot_be_altered_alone(data: st.DataObject) -> None:
    """Not even by somebody who makes all digests anew."""
    written = saved(data.draw(cases(options=anyhow, creates=True)))
    within = [
        p
        for p in places(written["sources"])
        # The text of a risk is derived from its code when it is read.
        if p[1:] and p[1] in SHOWN_OR_SENT and p[-1] not in {*TOLD_OF_CHANGE, "risk_text"}
    ]
    assume(within)
    place = ("sources", *data.draw(st.sampled_from(within)))
    ways = list(alternatives(place, at(written, place)))
    assume(ways)
    altered = put(written, place, data.draw(st.sampled_from(ways)))
    assume(not schema_faults("plan", altered))
    assume(json.dumps(made := resealed(altered)) != json.dumps(written))
    try:
        open_plan(made)
    except PlanFileError:
        return
    raise AssertionError(place)


SHOWN_OR_SENT = {
    "action", "reason", "operation", "changes", "residual", "convergence", "certificate", "reads",
    "unchanged",
}  # fmt: skip
