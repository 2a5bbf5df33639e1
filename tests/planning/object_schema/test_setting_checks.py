"""What operations on labels and settings require, and what proves them: tables over both APIs."""

from typing import Any

import pytest

from reconciler.model.document import Document
from reconciler.model.object_schema import SchemaContent, SchemaStatus
from reconciler.planning.object_schema.checks import (
    is_as_before,
    not_settled,
    unmet,
    values_required,
)
from reconciler.planning.object_schema.effects import after_operations
from reconciler.planning.object_schema.object_values import ObjectValues, ValuesQuery
from reconciler.planning.object_schema.operation import SchemaOperation
from reconciler.planning.object_schema.seen import Seen
from reconciler.value import replace
from tests.support.documents.assets import (
    Shown,
    all_of,
    content_of,
    object_type,
    plan_with_assets,
    source_of,
)
from tests.support.documents.assets import attribute as shown_attribute
from tests.support.documents.planned import live_of
from tests.support.documents.site_document import Edit, add_attribute, set_attribute

PARENT = add_attribute("file", "top", "Parent")
LIVE = live_of(PARENT, set_attribute("state", typeValues=[]), everything=True)
SHOWN = content_of(LIVE.document)
STATE = set_attribute("state", typeValues=[])


def made(*edits: Edit) -> SchemaOperation:
    """Return the one schema operation of a source that wants the document with these edits."""
    given = source_of(PARENT, STATE, *edits, live=LIVE)
    (planned,) = plan_with_assets(given).sources
    (only,) = planned.schema_operations
    return only


LABEL = made(
    set_attribute("path", label=False, minimumCardinality=1),
    set_attribute("size", label=True, minimumCardinality=0),
)
WIDER = made(set_attribute("size", maximumCardinality=5))
UNIQUE = made(set_attribute("size", unique=True))
UNIQUE_ABOVE = made(set_attribute("duid", unique=True))
DEMANDED = made(set_attribute("size", minimumCardinality=1))
STATUS = made(set_attribute("state", typeValues=["Active"]))
NONE = {each: ObjectValues.of(()) for each in ("1001", "1005")}


def attribute(called: str, /, **fields: Any) -> Shown:
    """Assets shows an attribute otherwise, in its definition as well."""
    keys = {_WRITTEN[each]: value for each, value in fields.items() if each in _WRITTEN}

    def changed(shown: SchemaContent) -> SchemaContent:
        (there,) = (each for each in shown.attributes if each.name == called)
        return shown_attribute(called, **fields, definition={**there.definition, **keys})(shown)

    return changed


_WRITTEN = {
    "label": "label",
    "unique": "uniqueAttribute",
    "minimum_cardinality": "minimumCardinality",
    "maximum_cardinality": "maximumCardinality",
    "status_ids": "typeValueMulti",
}


INHERITED = object_type("Hard Drive", is_inherited=True)
TWO_UNIQUE = all_of(attribute("Path", unique=True), attribute("Parent", unique=True))
UNMET: dict[str, tuple[SchemaOperation, Shown, str | None]] = {
    "a label as it was": (LABEL, all_of(), None),
    "another label since": (
        LABEL, all_of(attribute("Path", label=False), attribute("Parent", label=True)),
        "another attribute than 1004 is the label of its type by now",
    ),
    "a label that is inherited since": (LABEL, INHERITED, "the label of its type is inherited"),
    "settings as they were": (WIDER, all_of(), None),
    "set otherwise since": (
        WIDER, attribute("Size", maximum_cardinality=3),
        "attribute 'Size' (1005) has maximumCardinality 3 by now",
    ),
    "another setting since, which is sent along": (
        WIDER, attribute("Size", minimum_cardinality=1),
        "attribute 'Size' (1005) has another minimumCardinality by now",
    ),
    "room for another unique one": (UNIQUE, attribute("Path", unique=True), None),
    "no room": (UNIQUE, TWO_UNIQUE, "2 other attributes of its type are unique"),
    "no room in a type below": (
        UNIQUE_ABOVE, all_of(TWO_UNIQUE, INHERITED), "2 other attributes of its type are unique",
    ),
    "a type below that inherits nothing": (UNIQUE_ABOVE, TWO_UNIQUE, None),
    "a status as it was": (STATUS, all_of(), None),
    "a status that is gone": (
        STATUS, lambda shown: replace(shown, statuses=()), "no status is Active (2001) by now",
    ),
    "a name that another status has by now": (
        STATUS,
        lambda shown: replace(shown, statuses=(SchemaStatus(id="9", name="Active"),)),
        "no status is Active (2001) by now",
    ),
    "an attribute that is gone": (
        UNIQUE, attribute("Size", id="9"), "attribute 'Size' (1005) is no longer there",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", UNMET)
def test_what_an_operation_requires(case: str) -> None:
    operation, shows, why = UNMET[case]
    seen = Seen(content=shows(SHOWN), live=LIVE.document, values=NONE)
    assert unmet(operation, seen) == why
    assert is_as_before(operation, seen) is (why is None)


# What objects hold, how many Assets counts, and why the operation is not sent then.
HELD: dict[str, tuple[SchemaOperation, list[list[str]] | None, int, str | None]] = {
    "distinct values": (UNIQUE, [["a"], ["b"], []], 3, None),
    "a value twice": (UNIQUE, [["a"], ["b"], ["a"]], 3, "objects share 1 value of it"),
    "one of each": (DEMANDED, [["a"], ["a", "b"]], 2, None),
    "none of one": (
        DEMANDED, [["a"], []], 2, "an object has 0 values of it, and 1 would be demanded",
    ),
    "no objects": (DEMANDED, [], 0, None),
    "objects that are not shown": (DEMANDED, [], 7, "Assets counts 7 objects and shows 0"),
    "nothing read": (DEMANDED, None, 0, "the values of attribute 'Size' (1005) were not read"),
    "nothing to read": (WIDER, None, 7, None),
}  # fmt: skip


@pytest.mark.parametrize("case", HELD)
def test_what_objects_must_hold(case: str) -> None:
    operation, values, objects, why = HELD[case]
    known = {} if values is None else {"1005": ObjectValues.of(values)}
    content = object_type("File", objects=objects)(SHOWN)
    seen = Seen(content=content, live=LIVE.document, values=known)
    assert unmet(operation, seen) == why
    assert is_as_before(operation, seen), "whatever objects hold"


def test_what_is_read_of_objects() -> None:
    shown, live = Seen(content=SHOWN, live=LIVE.document), LIVE.document
    assert values_required(WIDER, shown) == frozenset()
    (query,) = values_required(UNIQUE, shown)
    assert query == ValuesQuery(aql="objectTypeId = 302", attributes=frozenset({"1005"}))
    below = Seen(content=INHERITED(SHOWN), live=live)
    assert {each.aql for each in values_required(UNIQUE_ABOVE, below)} == {
        "objectTypeId IN (301, 302)"
    }
    gone = Seen(content=replace(SHOWN, types=(), attributes=()), live=live)
    assert values_required(UNIQUE, gone) == frozenset()


NOT_SETTLED: dict[str, tuple[SchemaOperation, Shown, bool, str | None]] = {
    "the label": (LABEL, all_of(), True, None),
    "the label, without effect": (
        LABEL, all_of(attribute("Path", label=True), attribute("Size", label=False)), True,
        "Assets shows 'Path' as the label",
    ),
    "a second label": (
        LABEL, attribute("Path", label=True), True, "Assets shows 'Path' and 'Size' as the label",
    ),
    "the label, not in importsource": (LABEL, all_of(), False, "importsource shows another label"),
    "the label, and something besides": (
        LABEL, attribute("Size", minimum_cardinality=1), True,
        "Assets changed minimumCardinality as well",
    ),
    "more values": (WIDER, all_of(), True, None),
    "more values, without effect": (
        WIDER, attribute("Size", maximum_cardinality=1), True, "Assets shows maximumCardinality 1",
    ),
    "more values, not in importsource": (
        WIDER, all_of(), False, "importsource shows maximumCardinality 1",
    ),
    "more values, and something besides": (
        WIDER, attribute("Size", unique=True), True, "Assets changed uniqueAttribute as well",
    ),
    "unique": (UNIQUE, all_of(), True, None),
    "a status": (STATUS, all_of(), True, None),
    "a status, without effect": (
        STATUS, attribute("State", status_ids=()), True, "Assets shows typeValues []",
    ),
    "gone": (UNIQUE, attribute("Size", id="9"), True, "Assets no longer shows it"),
}  # fmt: skip


@pytest.mark.parametrize("case", NOT_SETTLED)
def test_what_proves_an_operation(case: str) -> None:
    operation, shows, is_in_importsource, why = NOT_SETTLED[case]
    after = after_operations(LIVE.document, [operation])
    live = after if is_in_importsource else LIVE.document
    seen = Seen(content=shows(content_of(after)), live=live)
    assert not_settled(operation, seen) == why


def test_an_external_id_that_did_not_survive() -> None:
    for operation in (LABEL, WIDER):
        after = after_operations(LIVE.document, [operation])
        seen = Seen(content=content_of(after), live=Document())
        assert not_settled(operation, seen) == "the external id 'size' did not survive"


def test_what_importsource_hides_stays_hidden() -> None:
    hidden = live_of(PARENT).document
    assert after_operations(hidden, [STATUS]) == hidden


def test_statuses_are_found_by_name_the_own_before_those_of_the_site() -> None:
    own, site = (
        SchemaStatus(id=number, name="Active", schema_id=schema)
        for number, schema in (("7", "41"), ("8", None))
    )
    content = replace(SHOWN, statuses=(own, site))
    given = source_of(
        PARENT, set_attribute("state", typeValues=["Active"]), live=LIVE, content=content
    )
    (planned,) = plan_with_assets(given).sources
    (operation,) = planned.schema_operations
    assert (operation.body or {})["typeValueMulti"] == ["7"]
