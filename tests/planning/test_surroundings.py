"""Sources around a source: whose an element of live is, and which ids are in use elsewhere."""

from typing import Any

import pytest

from reconciler.model.normalise import LiveDocument, normalise
from reconciler.model.wire import read_document
from reconciler.planning.surroundings import SiteSource, surroundings_of
from reconciler.value import replace
from tests.support.stages.emulator_site import document

Json = dict[str, Any]


def named(external_id: str | None, name: str = "", *attributes: str) -> Json:
    """A type, whose attributes have ids where it has one."""
    made = {
        "name": name or external_id,
        "description": "",
        "attributes": [
            {"name": a, "description": "", "type": "text"}
            | ({"externalId": f"{external_id}/{a}"} if external_id else {})
            for a in attributes
        ],
    }
    return made | ({"externalId": external_id} if external_id else {})


def maps(external_id: str) -> Json:
    return {
        "objectTypeExternalId": external_id,
        "selector": "x",
        "description": "",
        "attributesMapping": [],
    }


def live(*types: Json, mapped: str | None = None) -> LiveDocument:
    return normalise(document(list(types), [maps(mapped)] if mapped else []))


def source(name: str, *types: Json, **more: Any) -> SiteSource:
    more.setdefault("was_read", True)
    return SiteSource(name=name, desired=read_document(document(list(types), [])), **more)


A, B, C = named("a"), named("b"), named("c")
SCHEMA = live(A, B, C)
# The sources → whose each external id of the object schema of source a is.
OWNERS: dict[str, tuple[list[SiteSource], dict[str, str]]] = {
    "by the manifests": (
        [source("a", A, live=SCHEMA), source("b", B, live=SCHEMA), source("c", C, live=SCHEMA)],
        {"a": "a", "b": "b", "c": "c"}),
    "of a manifest without ids, by name path": (
        [source("a", A, live=SCHEMA), source("b", named(None, "b"), live=SCHEMA)],
        {"a": "a", "b": "b", "c": "a"}),
    "of a source that was not read, by its ids": (
        [source("a", A, live=SCHEMA), source("b", B, was_read=False)],
        {"a": "a", "b": "b", "c": "a"}),
    "of a source that was not read and has no ids, by name path": (
        [source("a", A, live=SCHEMA), source("b", named(None, "b"), was_read=False)],
        {"a": "a", "b": "b", "c": "a"}),
    "of no manifest: the one that mapped it when it was applied": (
        [source("a", A, live=SCHEMA), source("b", live=live(B, mapped="b"), was_read=False)],
        {"a": "a", "b": "b", "c": "a"}),
    "of no manifest: the one that maps it": (
        [source("a", A, live=SCHEMA), source("b", live=live(A, B, C, mapped="c"))],
        {"a": "a", "b": "a", "c": "b"}),
    "of no manifest: the one that had it": (
        [source("a", A, live=SCHEMA),
         source("b", live=SCHEMA, remembered=read_document(document([C], [])))],
        {"a": "a", "b": "a", "c": "b"}),
    "shared: the first by name": (
        [source("b", A, B, C, live=SCHEMA), source("a", A, B, live=SCHEMA)],
        {"a": "a", "b": "a", "c": "b"}),
    "of another object schema: nobody's here": (
        [source("a", A, live=live(A)), source("b", B, live=live(B))], {"a": "a"}),
    "of one object schema, which the second source says alone": (
        [source("a", A, live=SCHEMA), source("b", B, live=SCHEMA, object_schema="5")],
        {"a": "a", "b": "b", "c": "a"}),
    "by the object schema's id, if nothing lives": (
        [source("a", A, object_schema="5"), source("b", B, object_schema="5")],
        {"a": "a", "b": "b"}),
}  # fmt: skip


def test_what_is_undecided_may_be_a_sources_that_was_not_read() -> None:
    sources = [source("a", A, live=live(A, B, C, mapped="c")), source("b", was_read=False)]
    around = surroundings_of(sources)["a"]
    assert (around.undecided, around.unseen) == (frozenset("b"), ("b",))


@pytest.mark.parametrize("case", OWNERS)
def test_whose_an_element_is(case: str) -> None:
    sources, expected = OWNERS[case]
    assert surroundings_of(sources)["a"].others == expected


# The sources → which ids of source a's manifest are in use elsewhere, and what nobody checked.
ELSEWHERE: dict[str, tuple[list[SiteSource], set[str], tuple[str, ...]]] = {
    "it lives in another object schema": (
        [source("a", A, live=live(C)), source("b", live=live(A))], {"a"}, ()),
    "it lived elsewhere when a source that was not read was applied": (
        [source("a", A, object_schema="1"), source("b", A, live=live(A), was_read=False)],
        {"a"}, ()),
    "it lived here when that was applied": (
        [source("a", A, live=live(A, C), object_schema="1"),
         source("b", A, live=live(A), was_read=False)],
        set(), ()),
    "both will be made, in two object schemas": (
        [source("a", A, object_schema="1"), source("b", A, object_schema="2")], {"a"}, ()),
    "in one object schema": (
        [source("a", A, object_schema="1"), source("b", A, object_schema="1")], set(), ()),
    "nobody knows in which": (
        [source("a", A, object_schema="1"), source("b", A, was_read=False)],
        set(), ("one-object-schema",)),
    "other types": (
        [source("a", A, object_schema="1"), source("b", B, was_read=False)], set(), ()),
}  # fmt: skip


@pytest.mark.parametrize("case", ELSEWHERE)
def test_which_ids_are_in_use_elsewhere(case: str) -> None:
    sources, expected, premises = ELSEWHERE[case]
    around = surroundings_of(sources)["a"]
    assert (set(around.elsewhere), around.premises) == (expected, premises)


def test_icons_and_statuses_are_told_by_name_within_their_object_schema() -> None:
    """Those of a manifest are its source's, the rest is the one's that had them, or the first's."""

    def icons(*keys: str) -> Json:
        made = document([A, B], [])
        shown = [{"key": k, "name": k, "png48": "AAAA"} for k in keys]
        made["schema"]["iconSchema"] = {"icons": shown}
        statuses = [{"name": "On", "description": "", "category": 1}]
        return made | {"schema": made["schema"] | {"statusSchema": {"statuses": statuses}}}

    seen = normalise(icons("mine", "yours", "had", "lost"))
    sources = [
        source("a", A, live=seen, object_schema="1"),
        SiteSource(name="b", desired=read_document(icons("yours"))),
        source("c", live=seen, object_schema="1", remembered=read_document(icons("had"))),
        SiteSource(name="d", desired=read_document(icons("mine")), object_schema="2"),
    ]
    others = surroundings_of(sources)["c"].others
    assert {k: v for k, v in others.items() if "[" in k} == {
        "icon[mine]": "a", "icon[yours]": "b", "icon[had]": "c", "icon[lost]": "a",
        "status[On]": "b",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("applied", "expected"), [(live(A), {"a"}), (live(A, C), set()), (None, set())],
    ids=["elsewhere", "in this object schema, as it shows the same ids", "nobody read it"],
)  # fmt: skip
def test_what_another_environment_applied_is_nobodys_here(
    applied: LiveDocument | None, expected: set[str]
) -> None:
    sources = [source("a", A, live=live(C))]
    around = surroundings_of(sources, [source("x", live=applied, was_read=False)])["a"]
    assert set(around.elsewhere) == expected
    assert replace(around, elsewhere={}) == surroundings_of(sources)["a"]


def test_attributes_belong_as_types_do() -> None:
    wide, narrow = named("a", "A", "x", "y"), named("a", "A", "x")
    both = [source("a", narrow, live=live(wide)), source("b", wide, live=live(wide))]
    assert surroundings_of(both)["a"].others == {"a": "a", "a/x": "a", "a/y": "b"}
