"""The law of reading an answer in C: where it is plain it is what the parsers read."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.normalise import normalise, normalise_text
from tests.support.strategies.documents import documents
from tests.support.strategies.twice import with_a_key_twice
from tests.support.strategies.worlds import slow

ATTRIBUTE = {"externalId": "a/b", "name": 'B "b"', "type": "text", "minimumCardinality": 1}
TYPE = {"externalId": "a", "name": "A", "attributes": [ATTRIBUTE]}
ENTRY = {"attributeExternalId": "a/b", "attributeName": "B", "attributeLocators": ["b"]}
MAPPING = {
    "objectTypeExternalId": "a",
    "objectTypeName": "A",
    "selector": "s",
    "attributesMapping": [ENTRY],
}


def answer(**of_type: Any) -> str:
    """Return an answer whose one type has these keys besides."""
    object_schema = {"name": "S", "description": "", "objectTypes": [TYPE | of_type]}
    schema = {"objectSchema": object_schema, "statusSchema": {"statuses": [{"name": "Ok"}]}}
    return compact({"schema": schema, "mapping": {"objectTypeMappings": [MAPPING]}})


def compact(raw: Any) -> str:
    return json.dumps(raw, separators=(",", ":"))


@slow
@given(documents())
def test_a_plain_answer_is_what_the_parsers_read(raw: dict[str, Any]) -> None:
    read = normalise_text(json.dumps(raw, ensure_ascii=False))
    assert read is None or read == normalise(raw)


def test_an_answer_is_plain_however_it_is_spaced() -> None:
    raw = json.loads(answer())
    for text in (answer(), json.dumps(raw, indent=2), json.dumps(raw, separators=(" , ", " : "))):
        assert normalise_text(text) == normalise(raw)


@slow
@given(documents(), st.data())
def test_no_answer_with_a_key_twice_is_plain(raw: dict[str, Any], data: st.DataObject) -> None:
    text = with_a_key_twice(json.dumps(raw, ensure_ascii=False), data)
    assert normalise_text(text) is None


def nested(levels: int) -> str:
    """Types in types, as text: who writes JSON has no such depth."""
    opened = "".join(f'{{"externalId":"{i}","name":"T","children":[' for i in range(levels))
    return answer().replace(compact(TYPE), f"{opened}{compact(TYPE)}{']}' * levels}")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(f"{answer()} 1", id="more behind it"),
        pytest.param(f"\ufeff{answer()}", id="byte order mark"),
        pytest.param(answer().replace("B", "\\u0022", 1), id="escape of a quote"),
        pytest.param(answer().replace("B", "\\ud800", 1), id="half of a surrogate pair"),
        pytest.param(answer().replace('"text"', "null"), id="null"),
        pytest.param(answer().replace('"text"', '"text","icon":""'), id="unknown key"),
        pytest.param(answer().replace(":1}", ":1.0}"), id="fraction"),
        pytest.param(answer().replace(":1}", ":9223372036854775808}"), id="large number"),
        pytest.param(answer(attributes=[]), id="empty list"),
        pytest.param(answer().replace('["b"]', "[]"), id="no locators"),
        pytest.param(answer().replace('"externalId":"a",', ""), id="type without id"),
        pytest.param(nested(32), id="deep"),
        pytest.param(nested(100_000), id="endless"),
    ],
)
def test_what_only_the_parsers_can_tell_is_left_to_them(text: str) -> None:
    assert normalise_text(text) is None
