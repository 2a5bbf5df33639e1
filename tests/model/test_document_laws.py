"""The laws of reading and writing documents: with and without unknown keys it is the same."""

import json
from typing import Any

from hypothesis import given

from reconciler.model.canonical import canonical_json, digest
from reconciler.model.document import NO_EXTRA, Document, ObjectType
from reconciler.model.fields import ELEMENTS, OBJECT_SCHEMA, Table
from reconciler.model.wire import (
    DocumentJson,
    canonical_bytes,
    document_digest,
    read_document,
    write_document,
)
from reconciler.value import replace
from tests.support.strategies.documents import documents
from tests.support.strategies.worlds import slow

KEY = "a key of no schema"


@slow
@given(documents())
def test_elements_with_unknown_keys_are_read_as_those_without(raw: dict[str, Any]) -> None:
    plain, marked = read_document(raw), read_document(with_key(raw))
    assert unmarked(marked, OBJECT_SCHEMA) == plain


@slow
@given(documents())
def test_elements_with_unknown_keys_are_written_as_those_without(raw: dict[str, Any]) -> None:
    """Key by key in the same order."""
    plain, marked = write_document(read_document(raw)), write_document(read_document(with_key(raw)))
    assert canonical_json(without_key(marked)) == canonical_json(plain)
    assert [*keys(without_key(marked))] == [*keys(plain)]


@slow
@given(documents())
def test_the_digest_is_that_of_the_json(raw: dict[str, Any]) -> None:
    for document in (read_document(raw), read_document(with_key(raw))):
        assert document_digest(document) == digest(write_document(document))


@slow
@given(documents(), documents())
def test_the_json_of_a_document_is_equal_to_what_is_written(raw: Any, other: Any) -> None:
    for document in (read_document(raw), read_document(with_key(raw))):
        written, also = write_document(document), write_document(read_document(other))
        assert DocumentJson(document) == written
        assert (DocumentJson(document) == also) == (written == also)
        assert "".join(DocumentJson(document).pieces) == json.dumps(written, ensure_ascii=False)


def test_what_is_called_as_what_stands_for_an_element_is_written_as_it_is() -> None:
    document = Document(
        name="\x7f",
        description='"\x7f"\x7f\x7f',
        object_types=(ObjectType(external_id="a", name="\x7f"),),
        extra={"": {"\x7f\x7f": ["\x7f\x7f", 1.50]}},
    )
    one = {"b": DocumentJson(document), "a": "\x7f"}
    assert canonical_bytes(one) == canonical_json({"b": write_document(document), "a": "\x7f"})
    written = json.dumps(write_document(document), ensure_ascii=False)
    assert "".join(DocumentJson(document).pieces) == written


def with_key(value: Any) -> Any:
    """Return *value* with an unknown key in each element."""
    if isinstance(value, list):
        return [with_key(each) | {KEY: 1.5} if isinstance(each, dict) else each for each in value]
    return {k: with_key(v) for k, v in value.items()} if isinstance(value, dict) else value


def without_key(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: without_key(v) for k, v in value.items() if k != KEY}
    return [*map(without_key, value)] if isinstance(value, list) else value


def unmarked(element: Any, table: Table) -> Any:
    lists = {
        each.attribute: tuple(
            unmarked(inner, ELEMENTS[each.key]) for inner in getattr(element, each.attribute)
        )
        for each in table.lists
    }
    extra = {k: v for k, v in element.extra.items() if k != KEY}
    return replace(element, **lists, extra=extra or NO_EXTRA)


def keys(value: Any) -> Any:
    if isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from keys(each)
    elif isinstance(value, list):
        for each in value:
            yield from keys(each)
