"""The laws of merging manifests: grouping makes no difference, and nothing changes nothing."""

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reconciler.manifest.merge import Merged, layer, leaves, merge
from reconciler.manifest.text.pointer import Pointer
from tests.support.strategies.documents import documents
from tests.support.strategies.edits import edited
from tests.support.strategies.worlds import slow


@st.composite
def overlays(draw: st.DrawFn, /, document: Any) -> Any:
    """Some of an edited *document*, with nulls here and there."""
    return _thinned(draw, draw(edited(document)))


def _thinned(draw: st.DrawFn, value: Any) -> Any:
    if isinstance(value, dict):
        fates = st.sampled_from(["keep", "keep", "keep", "drop", "null"])
        out = {}
        for key, each in value.items():
            naming = key.endswith(("xternalId", "ame")) or key == "key"
            fate = "keep" if naming else draw(fates)
            if fate != "drop":
                out[key] = None if fate == "null" else _thinned(draw, each)
        return out
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [_thinned(draw, each) for each in value]
    return value


def over(value: Any, file: int) -> Merged:
    return layer(value, file, nulls_take_away=True)


@slow
@given(st.data())
def test_grouping_makes_no_difference(data: st.DataObject) -> None:
    """Values and their origins are the same, whichever two are merged first."""
    document = data.draw(documents())
    a = layer(document, 0)
    b, c = (over(data.draw(overlays(document)), file) for file in (1, 2))
    left, right, at_once = merge(merge(a, b), c), merge(a, merge(b, c)), merge(a, b, c)
    assert left.json == right.json == at_once.json
    places = list(leaves(left.json))
    origins = [
        [_written(each.origin.along(at)) for at in places] for each in (left, right, at_once)
    ]
    assert origins[0] == origins[1] == origins[2]


def _written(origin: Any) -> Any:
    return origin.file, origin.at


@slow
@given(documents())
def test_an_empty_overlay_changes_nothing(document: dict[str, Any]) -> None:
    before = copy.deepcopy(document)
    merged = merge(layer(document, 0), over({}, 1))
    assert merged.json == document == before
    assert {merged.origin.along(at).file for at in leaves(document)} == {0}


@slow
@given(st.data())
def test_each_value_is_where_its_origin_says(data: st.DataObject) -> None:
    """And no value of the overlay is lost."""
    document = data.draw(documents())
    texts = [document, data.draw(overlays(document))]
    merged = merge(layer(texts[0], 0), over(texts[1], 1))
    for at in leaves(merged.json):
        origin = merged.origin.along(at)
        if (value := _at(merged.json, at)) not in ({}, []):  # what was in it may be gone
            assert _at(texts[origin.file], origin.at) == value


def _at(value: Any, at: Pointer) -> Any:
    for token in at:
        value = value[int(token) if isinstance(value, list) else token]
    return value
