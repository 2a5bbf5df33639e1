"""The table of fields is whole: whoever adds a field half-way is told here what is missing.

The elements are made of the payload's JSON Schema, with all its keys, so that a new field is
tried like the others.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import pytest
from hypothesis import Phase, given, settings

from reconciler.diagnostics import Confidence
from reconciler.emulator.call import Place
from reconciler.emulator.faults import EmulatorOptions
from reconciler.emulator.schema_and_mapping import get_answer
from reconciler.manifest.minimal_form import new_manifest, rank
from reconciler.manifest.schemas import schema, schema_faults
from reconciler.model.address import Address
from reconciler.model.fields import (
    ATTRIBUTE,
    ATTRIBUTE_MAPPING,
    ELEMENTS,
    ENVELOPE,
    ICON,
    OBJECT_SCHEMA,
    OBJECT_TYPE,
    STATUS,
    TABLES,
    TYPE_MAPPING,
    WRITE_ONLY,
    WRITE_ONLY_FIELDS,
    Compared,
    Field,
    Table,
)
from reconciler.model.normalise import normalise
from reconciler.model.wire import read_document, write_document
from reconciler.planning.change import HIDDEN_PARTS, OF_NO_TYPE, Change, Edit, Kind, Verdict
from reconciler.planning.diff.align import align
from reconciler.planning.diff.difference import Sides
from reconciler.planning.diff.differences import differences
from reconciler.planning.last_sent import last_sent, with_last_sent
from reconciler.render.plan.values import detail
from reconciler.semantics.capabilities import CAPABILITIES
from tests.support.documents import site_document
from tests.support.stages.assumed import showing
from tests.support.strategies.documents import documents

Json = dict[str, Any]
Row = tuple[str, str]  # kind of element, the API's key

PAYLOAD, WITHOUT_IDS = schema("payload-2023-10-19"), schema("payload-2021-09-15")
DEFINITIONS = {
    OBJECT_TYPE: "objectType",
    ATTRIBUTE: "attribute",
    ICON: "icon",
    STATUS: "status",
    TYPE_MAPPING: "objectTypeMapping",
    ATTRIBUTE_MAPPING: "attributeMapping",
}
ALL = {(table.kind, field.key): field for table in TABLES for field in table.fields}
# With another value of these it is another element.
IDENTITY = {
    ("object_type", "externalId"),
    ("attribute", "externalId"),
    ("icon", "key"),
    ("status", "name"),
    ("mapping", "objectTypeExternalId"),
    ("attribute_mapping", "attributeExternalId"),
}
each_row = pytest.mark.parametrize(
    ("table", "field"),
    [
        pytest.param(table, field, id=f"{table.kind}-{field.key}")
        for table in TABLES
        for field in table.fields
        if (table.kind, field.key) not in IDENTITY
    ],
)
each_element = pytest.mark.parametrize("table", DEFINITIONS, ids=lambda table: table.kind)


def definition(payload: Json, table: Table) -> Json:
    """What a JSON Schema of documents says of an element; of one that it has not, nothing."""
    if table is OBJECT_SCHEMA:
        found: Json = payload["properties"]["schema"]["properties"]["objectSchema"]
    else:
        found = payload["$defs"].get(DEFINITIONS[table], {"properties": {}})
    return found


def sample(table: Table, variant: int = 0) -> Json:
    """An element with all its keys; both variants have values of their own, and no defaults."""
    known = definition(PAYLOAD, table)["properties"]
    return {f.key: _value(known[f.key], f"{f.key} {variant}", variant) for f in table.fields}


def _value(says: Json, text: str, variant: int) -> Any:
    if "enum" in says:
        return says["enum"][variant]
    by_type = {"boolean": not variant, "integer": 2 + variant, "array": [text], "string": text}
    return by_type[says["type"]]


def document(changes: Mapping[Table, Json] | None = None) -> Json:
    """A document with one element of each kind, some of whose values are *changes*."""
    made = {table: sample(table) | (changes or {}).get(table, {}) for table in TABLES}
    object_type = made[OBJECT_TYPE] | {"attributes": [made[ATTRIBUTE]]}
    mapping = made[TYPE_MAPPING] | {"attributesMapping": [made[ATTRIBUTE_MAPPING]]}
    return {
        "schema": {
            "objectSchema": made[OBJECT_SCHEMA] | {"objectTypes": [object_type]},
            "iconSchema": {"icons": [made[ICON]]},
            "statusSchema": {"statuses": [made[STATUS]]},
        },
        "mapping": {"objectTypeMappings": [mapping]},
    }


def used(raw: Json, table: Table = OBJECT_SCHEMA) -> Iterator[Row]:
    """Yield the fields that are in a document, or in the element *raw* of it."""
    for key, value in raw.items():
        if key in table.attributes:
            yield table.kind, key
        elif key in ELEMENTS:
            for element in value:
                yield from used(element, ELEMENTS[key])
        elif isinstance(value, dict):
            yield from used(value)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.kind)
def test_each_field_of_the_model_has_a_row_and_each_row_a_field(table: Table) -> None:
    """By the same keys, and in the order in which they are written."""
    names, keys = table.model.__struct_fields__, table.model.__struct_encode_fields__
    written = [(name, key) for name, key in zip(names, keys, strict=True) if name != "extra"]
    rows = [*table.fields, *table.lists]
    if table is OBJECT_SCHEMA:  # its lists lie in several objects
        assert [name for name, _ in written] == [row.attribute for row in rows]
    else:
        assert written == [(row.attribute, row.key) for row in rows]


def test_each_kind_of_element_has_a_table() -> None:
    assert {table.kind for table in TABLES} == set(map(str, Kind))
    assert set(ELEMENTS) == {each.key for table in TABLES for each in table.lists}


@each_element
def test_the_payload_schema_has_the_rows_and_no_others(table: Table) -> None:
    known = definition(PAYLOAD, table)
    assert table.keys == set(known["properties"])
    assert {field.key for field in table.fields if field.required} == set(known["required"])
    assert table.keys <= set(definition(schema("answer"), table)["properties"])


@each_element
def test_what_needs_external_ids_is_unknown_to_the_schema_without(table: Table) -> None:
    unknown = set(table.attributes) - set(definition(WITHOUT_IDS, table)["properties"])
    needing = table.fields if table.needs_ids else table.needing_ids
    assert unknown - {"externalId"} == {field.key for field in needing}


@pytest.mark.parametrize("path", ENVELOPE)
def test_the_payload_schema_has_the_keys_around_the_elements(path: str) -> None:
    around = PAYLOAD
    for key in filter(None, path.split(".")):
        around = around["properties"][key]
    assert {*ENVELOPE[path]} - {"$schema"} == set(around["properties"])


def test_each_row_has_a_capability_or_is_never_compared() -> None:
    compared = {row for row, field in ALL.items() if field.compared is not Compared.NEVER}
    rows = {row for row in CAPABILITIES if row[1] not in {"+", "-", "parent"}}
    # Those of the object schema are compared where a policy wants it: test_object_schema_names.
    assert {row for row in rows if row[0] != Kind.OBJECT_SCHEMA} == compared


def test_the_documents_of_other_tests_use_every_field() -> None:
    found = set(used(site_document.DOCUMENT))

    @settings(max_examples=150, phases=[Phase.generate], derandomize=True)
    @given(documents())
    def draw(drawn: Json) -> None:
        found.update(used(drawn))

    draw()
    assert found == set(ALL)


def test_every_field_is_read_and_written() -> None:
    raw = document({ATTRIBUTE: {"type": "status"}, ICON: {"name": "Icon"}})
    assert schema_faults("payload-2023-10-19", raw) == ()
    assert set(used(raw)) == set(ALL)
    assert write_document(read_document(raw)) == raw
    assert write_document(normalise(raw).document) == raw, "no value of it is a default"


@pytest.mark.parametrize("answers", ["documented", "observed"])
def test_the_emulator_shows_every_field(answers: Literal["documented", "observed"]) -> None:
    live, place = read_document(document()), Place("workspace", "source")
    everything = get_answer(live, place, EmulatorOptions(answers=answers, profile=showing()))
    assert set(used(everything)) == set(ALL)
    hidden = {row for row, field in ALL.items() if field.write_only}
    hidden |= {row for row in ALL if row[0] in {"icon", "status"}}
    assert set(used(get_answer(live, place, EmulatorOptions(answers=answers)))) == set(ALL) - hidden


def test_a_new_manifest_says_every_field_but_defaults() -> None:
    by_name = ("attribute", "referenceObjectTypeName")  # a reference is named once, by its id
    assert set(used(new_manifest("s", normalise(document()).document))) == set(ALL) - {by_name}
    unstated = {table: dict.fromkeys(_with_default(table)) for table in TABLES}
    said = set(used(new_manifest("s", normalise(document(unstated)).document)))
    assert said == {
        row for row, f in ALL.items() if f.required or (f.default is None and row != by_name)
    }


def _with_default(table: Table) -> list[str]:
    return [field.key for field in table.fields if field.default is not None]


def compared(desired: Json, live: Json) -> list[tuple[str, str | None]]:
    """Kind and field of each difference, where live shows everything."""
    want, have = align(read_document(desired), read_document(live), seed="s", by_ids=True)
    sides = Sides(source="s", desired=want, live=have, shown=WRITE_ONLY)
    return [(d.kind, d.field) for d in differences(sides)]


@each_row
def test_a_field_makes_a_difference_where_its_row_says_so(table: Table, field: Field) -> None:
    # Where an external id names what is referred to, the name is not compared.
    by_name = {"referenceObjectTypeExternalId": None}
    base = {ATTRIBUTE: by_name if field.key == "referenceObjectTypeName" else {}}
    changed = base.get(table, {}) | {field.key: sample(table, 1)[field.key]}
    found = compared(document(base | {table: changed}), document(base))
    assert found == ([] if field.compared is Compared.NEVER else [(table.kind, field.key)])


@each_row
def test_what_is_not_stated_is_its_default_or_unmanaged(table: Table, field: Field) -> None:
    if field.required and field.default is None:
        return
    unstated = document({table: {field.key: None}})
    filled = write_document(normalise(unstated).document)
    assert compared(unstated, filled) == compared(filled, unstated) == []
    if field.compared is Compared.IF_STATED:
        assert compared(unstated, document()) == []


def test_what_live_hides_is_remembered_as_it_was_sent() -> None:
    sent = normalise(document()).document
    seen = normalise(get_answer(sent, Place("workspace", "source"), EmulatorOptions()))
    assert seen.shown == set()
    known = with_last_sent(seen, last_sent([sent]))
    assert (known.object_types, known.icons, known.statuses) == (
        (sent.object_types, sent.icons, sent.statuses)
    )


def test_there_are_words_for_what_live_hides() -> None:
    assert set(HIDDEN_PARTS) == WRITE_ONLY_FIELDS | {*OF_NO_TYPE} - {Kind.OBJECT_SCHEMA}


# What the line of an element that comes or goes leaves out, or tells elsewhere.
NOT_IN_DETAIL = {
    *((table.kind, key) for table in TABLES for key in ("name", "description")),
    ("attribute", "typeValues"),
    ("icon", "png48"),
    ("mapping", "selector"),
}


@each_row
def test_an_element_that_comes_or_goes_is_told_with_its_fields(table: Table, field: Field) -> None:
    if field.compared is Compared.NEVER:
        return
    told = {_detail(table, {field.key: value}) for value in (sample(table)[field.key], None)}
    assert (len(told) == 1) is ((table.kind, field.key) in NOT_IN_DETAIL)


def _detail(table: Table, raw: Json) -> str:
    return detail(
        Change(
            address=Address.of("a"),
            kind=Kind(table.kind),
            names=("a",),
            action=Edit.ADD,
            field=None,
            before=None,
            after=raw,
            verdict=Verdict.PUT,
            rule="put-creates",
            confidence=Confidence.DOCUMENTED,
        )
    )


def test_there_is_an_order_for_people_of_all_keys() -> None:
    # `fmt` has always left the category of a status where it leaves unknown keys.
    keys = {key for table in TABLES for key in table.keys}.union(*ENVELOPE.values())
    assert {key for key in keys if rank(key) == rank("")} == {"category"}
