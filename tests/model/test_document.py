"""Reading and writing documents, and each rule of normalisation (api.md#what-get-returns)."""

import json
from typing import Any

import pytest

from reconciler.model.canonical import canonical_json, digest
from reconciler.model.document import Attribute, Document, ObjectType
from reconciler.model.normalise import (
    normalise,
    parts_shown,
    with_both_reference_keys,
)
from reconciler.model.wire import has_external_ids, read_document, write_document
from tests.support.documents.site_document import document
from tests.support.paths import CORPUS

Json = dict[str, Any]


def corpus(name: str) -> Json:
    if not CORPUS.is_dir():
        pytest.skip("the corpus of real documents is not beside the project")
    made: Json = json.loads((CORPUS / name).read_text())
    return made


def answer(*types: Json, mappings: tuple[Json, ...] = ()) -> Json:
    return {
        "schema": {"objectSchema": {"name": "n", "description": "", "objectTypes": list(types)}},
        "mapping": {"objectTypeMappings": list(mappings)},
    }


KEY_FORMS: dict[str, Json] = {
    "without an external id (documented)": {"name": "Key", "type": "text"},
    "with a generated one (observed)": {
        "externalId": "cmdb::externalId/1", "name": "Key", "type": "text",
    },
}  # fmt: skip


@pytest.mark.parametrize("form", KEY_FORMS)
def test_the_system_key_is_dropped_in_both_forms(form: str) -> None:
    key = KEY_FORMS[form]
    entry = {"attributeName": "Key", "attributeLocators": ["id"], "externalIdPart": True}
    if "externalId" in key:
        entry["attributeExternalId"] = key["externalId"]
    raw = answer(
        {"externalId": "t", "name": "T", "attributes": [key], "children": [
            {"externalId": "c", "name": "C", "attributes": [key]}]},
        mappings=(
            {"objectTypeExternalId": "t", "objectTypeName": "T", "attributesMapping": [entry]},
        ),
    )  # fmt: skip
    trimmed = normalise(raw).document
    assert trimmed.object_types[0].attributes == ()
    assert trimmed.object_types[0].children[0].attributes == ()
    (mapped,) = trimmed.mappings[0].attributes
    assert (mapped.attribute_name, mapped.attribute_external_id) == ("Key", None)


def test_defaults_are_filled_in() -> None:
    raw = answer(
        {"externalId": "t", "name": "T", "attributes": [
            {"externalId": "a", "name": "A", "type": "text", "label": True},
            {"externalId": "b", "name": "B", "type": "text"}]},
        mappings=({"objectTypeExternalId": "t", "attributesMapping": [
            {"attributeExternalId": "a", "attributeLocators": ["a"]}]},),
    )  # fmt: skip
    filled = normalise(raw).document
    label, other = filled.object_types[0].attributes
    assert (label.minimum_cardinality, other.minimum_cardinality) == (1, 0)
    assert (label.maximum_cardinality, label.unique, other.label) == (1, False, False)
    assert filled.object_types[0].description == other.description == ""
    assert filled.mappings[0].attributes[0].external_id_part is False
    assert filled.mappings[0].description == ""


@pytest.mark.parametrize("known", ["referenceObjectTypeName", "referenceObjectTypeExternalId"])
def test_both_keys_of_a_reference_are_filled_in(known: str) -> None:
    value = {"referenceObjectTypeName": "T", "referenceObjectTypeExternalId": "t"}[known]
    raw = answer(
        {"externalId": "t", "name": "T", "attributes": [
            {"externalId": "a", "name": "A", "type": "referenced_object", known: value}]},
    )  # fmt: skip
    (attribute,) = with_both_reference_keys(read_document(raw)).object_types[0].attributes
    assert (attribute.reference_name, attribute.reference_external_id) == ("T", "t")


def test_an_empty_icon_list_shows_nothing() -> None:
    raw = answer({"externalId": "t", "name": "T"})
    raw["schema"]["iconSchema"] = {"icons": []}
    assert parts_shown(raw) == frozenset()
    assert normalise(raw).document.icons == ()


def test_absent_is_not_null() -> None:
    raw = answer({"externalId": "t", "name": "T", "iconKey": None, "attributes": [
        {"externalId": "a", "name": "A", "type": "status", "typeValues": None}]})  # fmt: skip
    assert parts_shown(raw) == {"iconKey", "typeValues"}


def test_the_schema_url_is_dropped() -> None:
    raw = answer({"externalId": "t", "name": "T"}) | {"$schema": "https://example.org"}
    assert "$schema" not in write_document(read_document(raw))


def test_order_carries_no_meaning_but_in_locators() -> None:
    one, other = document(), document()
    other["schema"]["objectSchema"]["objectTypes"].reverse()
    other["schema"]["objectSchema"]["objectTypes"][1]["attributes"].reverse()
    other["mapping"]["objectTypeMappings"].reverse()
    assert read_document(one) == read_document(other)
    entry = one["mapping"]["objectTypeMappings"][0]["attributesMapping"][0]
    entry["attributeLocators"] = ["a", "b"]
    two = read_document(one)
    entry["attributeLocators"] = ["b", "a"]
    assert read_document(one) != two


def test_unknown_keys_are_kept_wherever_they_stand() -> None:
    raw = document()
    raw["also"] = 1
    raw["schema"]["more"] = [2]
    raw["schema"]["objectSchema"]["owner"] = {"x": 3}
    raw["schema"]["objectSchema"]["objectTypes"][0]["inheritance"] = True
    raw["mapping"]["objectTypeMappings"][0]["unknownValues"] = "ADD"
    written = write_document(read_document(raw))
    assert written["also"] == 1
    assert written["schema"]["more"] == [2]
    assert written["schema"]["objectSchema"]["owner"] == {"x": 3}
    assert written["schema"]["objectSchema"]["objectTypes"][0]["inheritance"] is True
    assert written["mapping"]["objectTypeMappings"][0]["unknownValues"] == "ADD"


def test_without_external_ids_what_needs_them_is_an_unknown_key() -> None:
    raw = answer(
        {
            "name": "T",
            "description": "",
            "attributes": [
                {"name": "A", "description": "", "type": "text", "maximumCardinality": "many"}
            ],
        }
    )
    (attribute,) = read_document(raw).object_types[0].attributes
    assert attribute.maximum_cardinality is None
    assert attribute.extra == {"maximumCardinality": "many"}


def test_the_system_key_does_not_count_as_having_external_ids() -> None:
    key = KEY_FORMS["with a generated one (observed)"]
    assert not has_external_ids(answer({"name": "T", "attributes": [key]}))
    assert has_external_ids(answer({"name": "T", "children": [{"name": "C", "externalId": "c"}]}))


@pytest.mark.parametrize("broken", [{}, {"schema": []}, {"schema": {"objectSchema": {
    "objectTypes": [1, {"attributes": {}, "children": 5}]}}}])  # fmt: skip
def test_asking_for_external_ids_is_lenient(broken: Json) -> None:
    assert has_external_ids(broken) is False


def test_values_are_frozen() -> None:
    attribute = Attribute(name="A", type="text")
    with pytest.raises(AttributeError):
        attribute.name = "B"  # type: ignore[misc]
    assert ObjectType(name="T") == ObjectType(name="T")
    assert Document().extra == {}


@pytest.mark.parametrize(
    "name", ["openapi-get-example.json", "lucastheisen-users-get-capture.json"]
)
def test_recorded_answers_normalise(name: str) -> None:
    raw = corpus(name)
    live = normalise(raw)
    names = [a.name for t in live.document.object_types for a in t.attributes]
    assert names
    assert "Key" not in names
    assert live.shown == frozenset()
    assert normalise(write_document(live.document)).document == live.document


def test_canonical_json_is_sorted_compact_utf8() -> None:
    assert canonical_json({"b": ["ü", 1], "a": None}) == '{"a":null,"b":["ü",1]}'.encode()
    assert digest(None).startswith("sha256:74234e98afe7498f")
    with pytest.raises(ValueError, match="Out of range"):
        canonical_json(float("nan"))
