"""A plan of chosen differences sends these, and leaves everything else as live has it."""

import copy

from hypothesis import assume, given
from hypothesis import strategies as st

from reconciler.model.address import Address
from reconciler.planning.change import Kind, Verdict
from reconciler.planning.verification import verify
from tests.support.strategies.documents import Json, documents, image, roots
from tests.support.strategies.edits import edited
from tests.support.strategies.worlds import created, obeyed, plan, shown, slow, tampered


@slow
@given(st.data())
def test_what_is_not_chosen_stays_as_live_has_it(data: st.DataObject) -> None:
    desired = data.draw(documents())
    live = data.draw(tampered(created(desired)))
    wanted = data.draw(edited(desired))
    (whole,) = plan(wanted, shown(live, everything=True), allow_residual=True).sources
    addresses = sorted(c.address for c in whole.changes)
    assume(addresses)
    only = frozenset(data.draw(st.sets(st.sampled_from(addresses))))

    made = plan(wanted, shown(live, everything=True), only=only, allow_residual=True)
    (part,) = made.sources
    verify(made)
    assert [c.address for c in part.changes] == [c.address for c in whole.changes]
    sent = {c.address for c in part.changes if c.verdict.is_sent}
    # An icon or a status may go along with what names it.
    alone = {c.address for c in part.changes if c.kind not in {Kind.ICON, Kind.STATUS}}
    assert sent & alone <= only
    held = {c.address for c in part.changes if c.verdict is Verdict.IGNORED}
    assert held >= set(addresses) - only - sent

    after = live if part.operation is None else obeyed(made, live)
    (then,) = plan(wanted, shown(after, everything=True), allow_residual=True).sources
    left = {c.address: (c.before, c.after) for c in then.changes}
    known = {c.address: (c.before, c.after) for c in part.changes if c.address not in sent}
    assert {a: left[a] for a in left.keys() & known.keys()} == known, "nothing else has moved"


def test_an_orphaned_icon_is_left_out_with_the_rest() -> None:
    """The type that is chosen still names the icon, which the manifest has no more."""
    icons = [{"key": key, "name": key.title(), "png48": image(0)} for key in ("disk", "person")]
    desired: Json = {
        "schema": {
            "objectSchema": {
                "name": "Random",
                "description": "",
                "objectTypes": [
                    {
                        "name": "Server",
                        "description": "",
                        "iconKey": "person",
                        "attributes": [
                            {"name": "Serial", "description": "", "type": "text", "label": True}
                        ],
                    }
                ],
            },
            "iconSchema": {"icons": icons},
        },
        "mapping": {"objectTypeMappings": []},
    }
    live = shown(created(desired), everything=True)
    wanted = copy.deepcopy(desired)
    roots(wanted)[0]["name"] = "Server renamed"
    wanted["schema"]["iconSchema"]["icons"] = icons[:1]
    only = frozenset({Address.of("random").object_type("Server renamed")})
    (part,) = plan(wanted, live, only=only, allow_residual=True).sources
    verdicts = {str(c.address): c.verdict for c in part.changes}
    assert verdicts["random/icons[person]"] is Verdict.IGNORED
