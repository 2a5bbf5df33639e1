"""From the definition that the companion API shows to the one that it takes."""

from typing import Any

import pytest

from reconciler.semantics.attribute_definition import written_definition

# What is shown beside the name, and what is written beside it.
SHAPES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "text": (
        {"type": 0, "defaultType": {"id": 0, "name": "Text"}, "label": False, "position": 3},
        {"type": 0, "defaultTypeId": 0},
    ),
    "the label": ({"type": 0, "label": True}, {"type": 0, "label": True}),
    "a type that is left out": ({"defaultType": {"id": 4}}, {"type": 0, "defaultTypeId": 4}),
    "a reference": (
        {"referenceObjectTypeId": "305", "referenceType": {"id": "7"}},
        {"type": 1, "typeValue": "305", "additionalValue": "7"},
    ),
    "a reference type with a global id alone": (
        {"type": 1, "referenceObjectType": {"id": "305"}, "referenceType": {"globalId": "w:8"}},
        {"type": 1, "typeValue": "305", "additionalValue": "8"},
    ),
    "statuses": ({"type": 7, "typeValueMulti": ["1"]}, {"type": 7, "typeValueMulti": ["1"]}),
    "a filter by its old name": ({"type": 1, "iql": "a = b"}, {"type": 1, "qlQuery": "a = b"}),
    "a link": (
        {"type": 0, "additionalValue": "ENABLED", "suffix": None, "system": False},
        {"type": 0, "additionalValue": "ENABLED"},
    ),
}


@pytest.mark.parametrize("case", SHAPES)
def test_what_is_written_is_what_was_read_in_the_shape_of_a_write(case: str) -> None:
    shown, written = SHAPES[case]
    assert written_definition({"name": "N", **shown}) == {"name": "N", **written}
