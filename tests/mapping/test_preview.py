"""What there is to say about whole data, and about another mapping of the same data."""

from typing import Any

import pytest

from reconciler.manifest import schemas
from reconciler.mapping.effect import Effects
from reconciler.mapping.mapper import Mapper
from reconciler.mapping.preview import DataFinding, Effect, FindingCount
from reconciler.render.preview.words import TOPICS, sentence
from tests.support.documents.mapped import (
    ID,
    LABEL,
    PLAIN,
    attribute,
    fill,
    found,
    mapper,
    object_type,
    one_type,
    preview,
    type_mapping,
)

ROWS = [{"id": "1", "name": "One", "v": "a"}, {"id": "2", "name": "Two", "v": "b"}]
SELF = mapper(
    [object_type("t", ID, LABEL, attribute(
        "ref", "referenced_object", referenceObjectTypeExternalId="t"))],
    [type_mapping("t", "rows", *PLAIN, fill("ref", "parent", iql="name = ${parent}"))],
)  # fmt: skip
PARENTED = [{"id": 1, "name": "One"}, {"id": 2, "name": "Two", "parent": "ONE"}]

# The sentence → the mapping, the data, and the findings.
FOUND: dict[str, tuple[Mapper, dict[str, list[Any]], dict[DataFinding, int]]] = {
    "nothing": (one_type(attribute("v"), entries=(fill("v"),)), {"rows": ROWS}, {}),
    "the same external id twice": (
        one_type(entries=()), {"rows": [{"id": 1, "name": "a"}, {"id": 1, "name": "b"}]},
        {DataFinding.DUPLICATE: 1}),
    "an entry that is there twice": (
        one_type(entries=()), {"rows": [{"id": 1, "name": "a"}, {"id": 1, "name": "a"}]},
        {DataFinding.REPEATED: 1}),
    "no external id": (one_type(entries=()), {"rows": [{"name": "a"}, *ROWS]},
        {DataFinding.NO_ID: 1, DataFinding.UNREAD: 2}),
    "no label": (one_type(entries=()), {"rows": [{"id": 3}, *ROWS]},
        {DataFinding.NO_LABEL: 1, DataFinding.UNREAD: 2}),
    "no mandatory value": (
        one_type(attribute("v", minimumCardinality=1), entries=(fill("v"),)),
        {"rows": [{"id": 1, "name": "a"}, *ROWS]}, {DataFinding.MISSING: 1}),
    "a value of another type": (
        one_type(attribute("v", "integer"), entries=(fill("v"),)), {"rows": ROWS[:1]},
        {DataFinding.WRONG_TYPE: 1}),
    "too many values": (
        one_type(attribute("v"), entries=(fill("v"),)),
        {"rows": [{"id": 1, "name": "a", "v": ["x", "y"]}]}, {DataFinding.TOO_MANY: 1}),
    "a value that is not unique": (
        one_type(attribute("v", unique=True), entries=(fill("v"),)),
        {"rows": [r | {"v": "same"} for r in ROWS]}, {DataFinding.NOT_UNIQUE: 1}),
    "a reference that is resolved, in any case": (SELF, {"rows": PARENTED}, {}),
    "a reference that finds nothing": (
        SELF, {"rows": [*PARENTED, {"id": 3, "name": "Three", "parent": "Nobody"}]},
        {DataFinding.UNRESOLVED: 1}),
    "a reference whose value may need an escape": (
        SELF, {"rows": [{"id": 1, "name": 'B "q"'}, {"id": 2, "name": "b", "parent": 'B "q"'}]},
        {DataFinding.NOT_ESCAPED: 1}),
    "a selector that meets nothing": (
        one_type(entries=(), selector="others"), {"others": []}, {DataFinding.NO_ENTRY: 0}),
    "a locator that never has a value": (
        one_type(attribute("v"), entries=(fill("v", "w"),)),
        {"rows": [{"id": 1, "name": "a"}]}, {DataFinding.NO_VALUE: 1}),
    "an entry that is no object": (
        one_type(entries=()), {"rows": [ROWS[0] | {"v": None}, "text"]},
        {DataFinding.NOT_AN_OBJECT: 1}),
    "a field that nobody reads": (one_type(entries=()), {"rows": ROWS}, {DataFinding.UNREAD: 2}),
}  # fmt: skip


@pytest.mark.parametrize("case", FOUND)
def test_what_is_found(case: str) -> None:
    made, data, expected = FOUND[case]
    seen = preview(made, data)
    assert found(seen) == expected
    assert seen.loses_objects == any(f.loses_objects for f in expected)


def test_objects_and_what_fills_them_are_counted() -> None:
    seen = preview(one_type(attribute("v"), entries=(fill("v"),)), {"rows": ROWS}, sample=1)
    (count,) = seen.types
    assert (count.entries, count.objects, dict(count.filled)) == (
        2,
        2,
        {"id": 2, "name": 2, "v": 2},
    )
    assert [o.external_id for o in count.sample] == [("1",)]
    assert preview(SELF, {"rows": PARENTED}).types[0].resolved == {"ref": 1}


def test_an_object_is_shown_once_though_its_entry_comes_twice() -> None:
    rows = [{"id": 2, "name": "b"}, {"id": 1, "name": "z"}, {"id": 1, "name": "a"}]
    for each in (rows, rows[::-1], rows + rows):
        (count,) = preview(one_type(entries=()), {"rows": each}, sample=2).types
        assert [(o.external_id, o.label) for o in count.sample] == [(("1",), "a"), (("2",), "b")]


def test_every_finding_has_words_and_is_in_the_schema() -> None:
    for finding in DataFinding:
        assert sentence(FindingCount(code=finding, count=2))
        assert sum(finding in topic.findings for topic in TOPICS) == 1
    plan = schemas.schema("plan")
    codes = plan["$defs"]["preview"]["properties"]["findings"]["items"]["properties"]["code"]
    assert set(codes["enum"]) == set(DataFinding)


def effect(before: Mapper, after: Mapper, rows: list[Any]) -> Effect:
    seen = Effects(before, after, "live")
    for row in rows:
        seen.take("rows", row)
    return seen.effect()


V = one_type(attribute("v"), entries=(fill("v"),))
NO_V = one_type(attribute("v"), entries=())
OTHER_V = one_type(attribute("v"), entries=(fill("v", "name"),))
BY_V = mapper(
    [object_type("t", ID, LABEL, attribute("v"))],
    [type_mapping("t", "rows", fill("id"), fill("name"), fill("v", part=True))],
)
ELSEWHERE = one_type(attribute("v"), entries=(fill("v"),), selector="rows.files")


def test_the_same_mapping_has_no_effect() -> None:
    assert effect(V, V, ROWS) == Effect(against="live", types=(), attributes={
        "id": "id", "name": "name", "v": "v"})  # fmt: skip


def test_what_a_change_of_mapping_does() -> None:
    (emptied,) = effect(V, NO_V, ROWS).types
    assert (dict(emptied.emptied), dict(emptied.filled)) == ({"v": 2}, {})
    (filled,) = effect(NO_V, V, ROWS).types
    assert (dict(filled.emptied), dict(filled.filled)) == ({}, {"v": 2})
    (changed,) = effect(V, OTHER_V, ROWS).types
    assert dict(changed.changed) == {"v": 2}
    (identity,) = effect(V, BY_V, ROWS).types
    assert (identity.identity_changed, identity.gone, identity.new) == (2, 0, 0)
    assert identity.examples
    (twice,) = effect(V, BY_V, ROWS + ROWS).types
    assert twice.identity_changed == 2, "objects, not entries"
    (gone,) = effect(V, ELSEWHERE, ROWS).types
    assert (gone.gone, gone.new, gone.identity_changed) == (2, 0, 0)
    assert effect(V, BY_V, ROWS).loses_objects
    assert effect(V, ELSEWHERE, ROWS).loses_objects
    assert not effect(V, NO_V, ROWS).loses_objects
