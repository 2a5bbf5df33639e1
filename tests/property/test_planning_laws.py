"""The laws of planning (design.md#laws), on random documents and random edits of them."""

import copy
import json
from typing import Any

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from reconciler.manifest.schemas import schema_faults
from reconciler.model.id_prefix import IdPrefix
from reconciler.model.normalise import normalise
from reconciler.model.wire import has_external_ids, read_document, write_document
from reconciler.planning.change import Verdict
from reconciler.planning.operation.read_back import remaining
from reconciler.planning.plan import Action
from reconciler.planning.plan_file import read_plan
from reconciler.planning.shown_plan import without_prefix
from reconciler.planning.verdict.way_back import way_back
from reconciler.render.plan.json import plan_json
from reconciler.value import replace
from tests.support.strategies.documents import documents, shuffled
from tests.support.strategies.edits import edited
from tests.support.strategies.worlds import created, obeyed, plan, shown, slow

# Digests are of the documents with their ids, and so is the length of a body.
_TOLD_APART: dict[str, Any] = {
    "operation": None, "reads": {}, "desired_digest": "", "live_digest": "",
}  # fmt: skip


@slow
@given(documents())
def test_what_is_live_plans_nothing(document: dict[str, Any]) -> None:
    """Law 1: plan(x, x) has no operation."""
    again = plan(document, shown(created(document)))
    assert again.sources[0].action is Action.NO_OP
    assert not again.has_changes
    assert [c for c in again.sources[0].changes if c.verdict is not Verdict.ORPHAN] == []


@slow
@given(st.data())
def test_after_apply_only_the_announced_residual_is_left(data: st.DataObject) -> None:
    """Laws 2 and 3: apply, read, plan again: no operation, and no news."""
    before = data.draw(documents())
    after = data.draw(edited(before))
    live = created(before)
    first = plan(after, shown(live), allow_residual=True)
    (source,) = first.sources
    if source.operation is not None:
        kind = (
            "payload-2023-10-19"
            if has_external_ids(source.operation.body)
            else ("payload-2021-09-15")
        )
        assert schema_faults(kind, dict(source.operation.body)) == ()
        live = obeyed(first, live)
        assert remaining(source, shown(live)) == ()
    second = plan(after, shown(live), allow_residual=True)
    assert second.sources[0].operation is None
    assert {c.address for c in second.sources[0].residual} <= {c.address for c in source.residual}


@slow
@given(st.data())
def test_order_changes_no_byte_of_the_plan(data: st.DataObject) -> None:
    """Law 4."""
    before = data.draw(documents())
    after = data.draw(edited(before))
    live = created(before)
    other_live = normalise(data.draw(shuffled(write_document(live))))
    one = plan_json(plan(after, normalise(write_document(live))))
    other = plan_json(plan(data.draw(shuffled(after)), other_live))
    assert one == other


@slow
@given(documents(), st.booleans())
def test_put_if_and_only_if_nothing_is_configured(
    document: dict[str, Any],
    configured: bool,  # noqa: FBT001
) -> None:
    """Law 5."""
    live = shown(created(document)) if configured else None
    edited_document = json.loads(json.dumps(document))
    edited_document["schema"]["objectSchema"]["objectTypes"][0]["description"] += " now"
    (source,) = plan(edited_document, live).sources
    assert source.operation is not None
    assert source.operation.method == ("PATCH" if configured else "PUT")
    assert source.action is (Action.UPDATE if configured else Action.CREATE)


@slow
@given(st.data())
def test_a_plan_comes_back_from_its_json(data: st.DataObject) -> None:
    """Law 6, and the plan's own JSON Schema."""
    before = data.draw(documents())
    live = shown(created(before), everything=True)
    made = plan(data.draw(edited(before)), live)
    written = json.loads(plan_json(made))
    assert schema_faults("plan", written) == ()
    assert read_plan(written) == made


@slow
@given(documents())
def test_a_document_comes_back_from_its_json(document: dict[str, Any]) -> None:
    """Law 6."""
    value = read_document(document)
    assert read_document(write_document(value)) == value


@slow
@given(st.data())
def test_each_difference_is_in_exactly_one_change(data: st.DataObject) -> None:
    """Law 7: no address twice, and the counts add up to the number of changes."""
    before = data.draw(documents())
    made = plan(data.draw(edited(before)), shown(created(before), everything=True))
    (source,) = made.sources
    addresses = [c.address for c in source.changes]
    assert len(set(addresses)) == len(addresses)
    s = made.summary
    assert len(addresses) == (
        s.add + s.change + s.remove + s.impossible + s.orphan + s.write_only + s.ignored
    )


@slow
@given(st.data())
def test_what_goes_back_by_patch_is_sent_by_the_plan_that_takes_it_back(
    data: st.DataObject,
) -> None:
    """And all else, which goes back by a schema operation or not at all, is not."""
    before = data.draw(documents(ids=True))
    live = created(before)
    there = plan(data.draw(edited(before)), shown(live, everything=True), allow_residual=True)
    (planned,) = there.sources
    if planned.operation is None:
        return
    then = shown(obeyed(there, live), everything=True)
    (again,) = plan(write_document(live), then, allow_residual=True).sources
    sent = {change.address for change in again.changes if change.verdict.is_sent}
    for change in planned.changes:
        if change.verdict.is_sent:
            back = way_back(change) or ""
            assert back.startswith("by PATCH") == (change.address in sent), (change, back)


@slow
@given(st.data())
def test_a_prefix_is_invisible_but_for_ids(data: st.DataObject) -> None:
    """What is planned with a prefix is, without it, what is planned for the same ids without."""
    before = data.draw(documents(ids=True))
    prefix_is_invisible(before, data.draw(edited(before)))


def test_a_prefix_is_invisible_in_the_names_of_parents() -> None:
    """A draw that failed: a type that has another parent than in live."""
    child: dict[str, Any] = {
        "externalId": "b", "name": "B", "description": "",
        "attributes": [
            {"externalId": "b/n", "name": "N", "description": "", "type": "text", "label": True}
        ],
    }  # fmt: skip
    parent = {**copy.deepcopy(child), "externalId": "a", "name": "A"}
    parent["attributes"][0]["externalId"] = "a/n"

    def of(*types: dict[str, Any]) -> dict[str, Any]:
        schema = {"name": "S", "description": "", "objectTypes": list(types)}
        return {"schema": {"objectSchema": schema}, "mapping": {"objectTypeMappings": []}}

    prefix_is_invisible(of(parent, child), of(parent | {"children": [child]}))


def prefix_is_invisible(before: dict[str, Any], wanted: dict[str, Any]) -> None:
    after, live = read_document(wanted), created(before)
    prefix = IdPrefix("stg/")
    whole = plan(write_document(prefix.put_before(after)), shown(prefix.put_before(live)))
    seen = without_prefix(replace(whole, id_prefix=prefix))
    (source,) = plain = plan(write_document(after), shown(live)).sources
    assert [replace(s, **_TOLD_APART) for s in seen.sources] == [
        replace(s, **_TOLD_APART) for s in plain
    ]
    assert (seen.digest, seen.summary) == (whole.digest, whole.summary)
    if source.operation is not None and "externalId" in json.dumps(dict(source.operation.body)):
        assert '"stg/' in json.dumps(dict(whole.sources[0].operation.body))  # type: ignore[union-attr]
        assert "stg/" not in json.dumps(json.loads(plan_json(seen))["sources"])


@pytest.mark.parametrize("ids", [True, False])
def test_the_laws_are_tried_on_documents_that_hold_something(ids: bool) -> None:  # noqa: FBT001
    """The strategy is not vacuous: it finds nested types, references and mappings."""
    found = find(
        documents(ids=ids),
        lambda d: (
            "children" in d["schema"]["objectSchema"]["objectTypes"][0]
            and d["mapping"]["objectTypeMappings"] != []
            and "referenced_object" in json.dumps(d)
        ),
        settings=settings(phases=[Phase.generate]),  # any will do: the smallest takes long
    )
    assert has_external_ids(found) is ids
