"""Two elements of one name, and names that moved: each is told apart, and planned for itself."""

import json
from typing import Any

import pytest

from reconciler.model.document import Document
from reconciler.model.normalise import normalise
from reconciler.model.wire import read_document, write_document
from reconciler.planning.inputs import Baseline
from reconciler.planning.last_sent import last_sent
from reconciler.planning.plan import Action, Convergence, SourcePlan
from reconciler.planning.verification import open_plan
from reconciler.render.plan.json import plan_json
from reconciler.semantics.server_defaults import completed
from tests.support.strategies.documents import Json, all_types
from tests.support.strategies.worlds import created, generated, obeyed, plan, shown


def a_type(name: str, *attributes: str, **more: Any) -> Json:
    """A type without ids; the first attribute is its label."""
    first = {"label": True}
    made = [
        {"name": a, "description": "", "type": "text", **(first if a == attributes[0] else {})}
        for a in attributes
    ]
    return {"name": name, "description": "", "attributes": made, **more}


def manifest(*types: Json) -> Json:
    schema = {"objectSchema": {"name": "Random", "description": "", "objectTypes": [*types]}}
    return {"schema": schema, "mapping": {"objectTypeMappings": []}}


def family(root: str, *attributes: str) -> Json:
    return a_type(root, *attributes, children=[a_type("Child", *attributes)])


def renamed(live: Document, old: str, new: str) -> Document:
    """Live after somebody renamed everything of a name in Assets."""
    raw = write_document(live)
    for element in all_types(raw):
        for each in (element, *element.get("attributes", [])):
            each["name"] = new if each["name"] == old else each["name"]
    return completed(normalise(raw).document, generated)


def opened(desired: Json, live: Document) -> SourcePlan:
    made = plan(desired, shown(live, everything=True), allow_residual=True)
    assert open_plan(json.loads(plan_json(made))) == made
    (planned,) = made.sources
    for listed in (planned.changes, planned.residual):
        addresses = [c.address for c in listed]
        assert len(set(addresses)) == len(addresses), "law 7"
    return planned


@pytest.mark.parametrize(
    "attributes",
    [("Server 0", "B"), ("Server 0",), ("B",), ("Server 0 renamed", "B"), ("Server 0", "B", "C")],
)
def test_a_type_that_is_renamed_like_another_one_keeps_its_own_addresses(
    attributes: tuple[str, ...],
) -> None:
    """In the manifest first, so that live has both; then in Assets, so that both have one name."""
    live = created(manifest(family("Server", "Server 0", "B")))
    wanted = manifest(family("Server renamed", "Server 0", "B"))
    live = obeyed(plan(wanted, shown(live), allow_residual=True), live)
    live = renamed(live, "Server", "Server renamed")
    planned = opened(manifest(family("Server renamed", *attributes)), live)
    orphans = {str(c.address) for c in planned.changes}
    assert "random/objectTypes[cmdb::externalId/Server]" in orphans
    assert "random/objectTypes[cmdb::externalId/Server/Child]" in orphans


def test_an_attribute_that_is_renamed_like_another_one_keeps_its_own_address() -> None:
    live = renamed(created(manifest(a_type("S", "a", "b", "c"))), "b", "c")
    planned = opened(manifest(a_type("S", "a")), live)
    assert sorted(str(c.address) for c in planned.changes) == [
        "random/objectTypes[S]/attributes[c]",
        "random/objectTypes[S]/attributes[cmdb::externalId/S/b]",
    ]


@pytest.mark.parametrize(
    "wanted",
    [
        manifest(a_type("S", "a"), a_type("X", "a", "b"), a_type("Y", "a", "b")),
        manifest(a_type("S", "a"), family("X", "a", "b"), family("Y", "a")),
    ],
)
def test_a_name_that_is_free_again_gets_an_id_that_is_free(wanted: Json) -> None:
    """What was renamed in Assets keeps the id that was made of its old name."""
    live = created(manifest(a_type("S", "a")))
    before = manifest(a_type("S", "a"), family("X", "a", "b"))
    live = obeyed(plan(before, shown(live)), live)
    live = renamed(live, "X", "Y")
    planned = opened(wanted, live)
    assert planned.action is Action.UPDATE
    assert "random/objectTypes[X]" in {str(c.address) for c in planned.changes}
    live = obeyed(plan(wanted, shown(live)), live)
    assert opened(wanted, live).action is Action.NO_OP


def test_an_attribute_whose_name_is_free_again_gets_an_id_that_is_free() -> None:
    live = created(manifest(a_type("S", "a")))
    live = obeyed(plan(manifest(a_type("S", "a", "b")), shown(live)), live)
    live = renamed(live, "b", "c")
    wanted = manifest(a_type("S", "a", "b", "c"))
    planned = opened(wanted, live)
    assert [str(c.address) for c in planned.changes] == ["random/objectTypes[S]/attributes[b]"]
    assert planned.convergence is Convergence.PROVED
    live = obeyed(plan(wanted, shown(live)), live)
    assert opened(wanted, live).action is Action.NO_OP


def test_children_of_one_name_without_ids_are_known_by_their_paths() -> None:
    """Beside a manifest with ids, of which live has none."""
    raw = manifest(*(family(root, "a") for root in ("A", "B")))
    planned = opened(
        manifest(a_type("S", "a") | {"externalId": "s"}),
        read_document(raw),
    )
    assert {"random/objectTypes[A/Child]", "random/objectTypes[B/Child]"} <= {
        str(c.address) for c in planned.changes
    }


def test_an_attribute_without_an_id_is_matched_by_its_name() -> None:
    """In a type that has one: no API is known to answer so, and nothing forbids it."""
    raw = write_document(created(manifest(a_type("S", "a", "b"))))
    (only,) = all_types(raw)
    del only["attributes"][1]["externalId"]
    assert opened(manifest(a_type("S", "a", "b")), read_document(raw)).changes == ()


def test_what_is_remembered_of_one_is_not_remembered_of_its_namesake() -> None:
    """A draw that failed: the type of values was looked for by the name, too."""
    state = {"name": "State", "description": "", "type": "status"}
    sent = manifest(
        {
            **a_type("S", "a"),
            "externalId": "s",
            "attributes": [state | {"externalId": "s/state", "typeValues": ["Active"]}],
        },
        {**a_type("T", "a"), "externalId": "t", "attributes": [state | {"externalId": "t/state"}]},
    )
    base = Baseline(name="then", desired=None, last_sent=last_sent([read_document(sent)]))
    live = renamed(created(sent), "S", "T")
    made = plan(sent, shown(live), base=base, allow_residual=True)
    assert open_plan(json.loads(plan_json(made))) == made
