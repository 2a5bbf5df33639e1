"""Which element of an object schema is which of live: each step, and where each stops."""

from collections.abc import Mapping

import pytest

from reconciler.model.document import Attribute, Document, ObjectType, Status, TypeMapping
from reconciler.model.object_schema import (
    ObjectSchema,
    SchemaAttribute,
    SchemaContent,
    SchemaStatus,
    SchemaType,
)
from reconciler.model.source import Description
from reconciler.planning.object_schema.join import Join, JoinStop, has_types_of, join
from reconciler.value import replace

SITE = Attribute(
    external_id="site", name="Site", type="referenced_object", reference_external_id="t/site"
)
SWITCH = ObjectType(
    external_id="t/switch",
    name="Switch",
    attributes=(Attribute(external_id="serial", name="Serial", type="text"), SITE),
)
LIVE = Document(
    name="Network",
    object_types=(
        ObjectType(external_id="t/device", name="Device", children=(SWITCH,)),
        ObjectType(external_id="t/site", name="Site"),
    ),
    statuses=(Status(name="Active"), Status(name="Lost")),
    mappings=(TypeMapping(object_type_external_id="t/switch", selector="switches"),),
)
TYPES = (
    SchemaType(id="310", name="Device"),
    SchemaType(id="311", name="Switch", parent_id="310", objects=1190),
    SchemaType(id="305", name="Site"),
)
SERIAL = SchemaAttribute(id="1330", owner_id="311", name="Serial", type="text")
TO_SITE = SchemaAttribute(
    id="1331", owner_id="311", name="Site", type="referenced_object", target_id="305"
)
STATUSES = (
    SchemaStatus(id="1", name="Active"),
    SchemaStatus(id="9", name="Active", schema_id="41"),
)


def content(
    *,
    types: tuple[SchemaType, ...] = TYPES,
    attributes: tuple[SchemaAttribute, ...] = (SERIAL, TO_SITE),
) -> SchemaContent:
    schema = ObjectSchema(id="41", name="Network")
    return SchemaContent(schema=schema, types=types, attributes=attributes, statuses=STATUSES)


def joined(
    shown: SchemaContent, *, live: Document = LIVE, filled: Mapping[str, set[str]] | None = None
) -> Join:
    ids = {selector: frozenset(found) for selector, found in (filled or {}).items()}
    return join(live, Description(filled=ids), shown)


def test_elements_are_found_by_their_name_paths() -> None:
    found = joined(content(), filled={"switches": {"311"}})
    assert found.stop is None
    assert found.types == {"t/device": TYPES[0], "t/switch": TYPES[1], "t/site": TYPES[2]}
    assert found.attributes == {"serial": SERIAL, "site": TO_SITE}
    assert found.statuses == {"Active": STATUSES[1], "Lost": JoinStop.STATUS_NOT_FOUND}
    assert found.confirmed == {"311"}


@pytest.mark.parametrize("filled", [{}, {"other": {"311"}}, {"switches": {"311", "305"}}])
def test_nothing_is_confirmed_where_the_entries_say_nothing(filled: dict[str, set[str]]) -> None:
    found = joined(content(), filled=filled)
    assert (found.types["t/switch"], found.confirmed) == (TYPES[1], frozenset())


def test_an_entry_of_another_type_contradicts_its_name_and_attributes() -> None:
    found = joined(content(), filled={"switches": {"305"}})
    assert found.types["t/switch"] is JoinStop.BRIDGE_CONTRADICTS
    assert found.attributes["serial"] is JoinStop.BRIDGE_CONTRADICTS
    assert found.types["t/site"] == TYPES[2]


def test_another_name_of_the_object_schema_stops_all() -> None:
    found = join(LIVE, Description(), SchemaContent(schema=ObjectSchema(id="41", name="Networks")))
    assert (found.stop, found.types) == (JoinStop.SCHEMA_DOUBTFUL, {})


def switch(name: str, type_id: str = "311") -> SchemaType:
    return SchemaType(id=type_id, name=name, parent_id="310")


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        ((TYPES[0], TYPES[2]), JoinStop.TYPE_NOT_FOUND),
        ((TYPES[0], switch("SWITCH"), TYPES[2]), switch("SWITCH")),
        ((TYPES[0], switch("SWITCH"), switch("Switch", "312")), switch("Switch", "312")),
        ((TYPES[0], switch("SWITCH"), switch("switch", "312")), JoinStop.TYPE_AMBIGUOUS),
        ((TYPES[0], switch("Switch"), switch("Switch", "312")), JoinStop.TYPE_AMBIGUOUS),
        ((switch("Switch"), TYPES[2]), JoinStop.LIST_INCOMPLETE),
        ((SchemaType(id="311", name="Switch"), TYPES[0]), JoinStop.TYPE_NOT_FOUND),
        (
            (SchemaType(id="310", name="Device", parent_id="311"), switch("Switch")),
            JoinStop.TYPE_NOT_FOUND,
        ),
    ],
    ids=[
        "gone", "case", "exactly", "two-but-for-case", "two", "no-parent", "elsewhere", "round",
    ],
)  # fmt: skip
def test_a_type_that_is_not_certain_is_none(
    types: tuple[SchemaType, ...], expected: SchemaType | JoinStop
) -> None:
    found = joined(content(types=types))
    assert found.types["t/switch"] == expected
    if isinstance(expected, JoinStop):
        assert found.attributes["serial"] is expected


def test_two_types_of_live_are_never_one() -> None:
    twice = Document(
        name="Network",
        object_types=(
            ObjectType(external_id="one", name="Rack"),
            ObjectType(external_id="two", name="rack"),
        ),
    )
    found = joined(content(types=(SchemaType(id="7", name="RACK"),)), live=twice)
    assert {*found.types.values()} == {JoinStop.TYPE_AMBIGUOUS}


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ((), JoinStop.ATTRIBUTE_NOT_FOUND),
        ((replace(SERIAL, name="SERIAL"),), replace(SERIAL, name="SERIAL")),
        ((SERIAL, replace(SERIAL, id="8")), JoinStop.ATTRIBUTE_AMBIGUOUS),
        ((replace(SERIAL, type="integer"),), JoinStop.KIND_CONTRADICTS),
        ((replace(SERIAL, owner_id="310"),), JoinStop.INHERITED),
        ((replace(SERIAL, owner_id="305"),), JoinStop.ATTRIBUTE_NOT_FOUND),
    ],
    ids=["gone", "case", "two", "another-type", "inherited", "of-another"],
)
def test_an_attribute_that_is_not_certain_is_none(
    attributes: tuple[SchemaAttribute, ...], expected: SchemaAttribute | JoinStop
) -> None:
    assert joined(content(attributes=attributes)).attributes["serial"] == expected


def test_a_reference_to_another_type_contradicts() -> None:
    elsewhere = SchemaAttribute(
        id="1331", owner_id="311", name="Site", type="referenced_object", target_id="310"
    )
    found = joined(content(attributes=(elsewhere,)))
    assert found.attributes["site"] is JoinStop.KIND_CONTRADICTS


def test_an_object_schema_is_told_by_all_of_its_name_paths() -> None:
    assert has_types_of(content(), LIVE)
    assert not has_types_of(content(types=TYPES[:2]), LIVE)
