"""The tree of a text says what the loader reads, and each span of it says what its part says."""

import json
import re
from collections.abc import Iterator
from textwrap import indent
from typing import Any

import pytest
import ryaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.manifest.text.json_part import JsonPart, has_short_lists, json_root
from reconciler.manifest.text.line_breaks import LineBreaks
from reconciler.manifest.text.parser import parse
from reconciler.manifest.text.parsers import yaml_composer
from reconciler.manifest.text.pointer import Pointer
from reconciler.manifest.text.tree import Node, PartStyle, path, walk
from reconciler.manifest.text.tree_reader import read_root
from reconciler.manifest.text.yaml_writer import Habits, block_lines
from tests.support.strategies.documents import documents
from tests.support.strategies.yaml_hand import yaml_texts

slow = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.integers(-9, 9)
words = st.sampled_from(
    ("no", "0o17", "1e3", "---", "a: b", "l1\nl2\n", "l1\n\n l2", "😀 é", "\u2028")
)
texts = words | st.text(st.characters(exclude_categories=["Cs"]), max_size=9)
keys = texts.filter(lambda key: key != "<<")
values = st.recursive(
    scalars | st.floats(-1e9, 1e9) | texts,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(keys, below, max_size=4),
)
objects = st.dictionaries(keys, values, min_size=1, max_size=4)
habits = st.builds(
    Habits, step=st.integers(1, 4), offset=st.integers(0, 4), short_lists=st.booleans()
)


def hold(text: str, file: str) -> None:
    """Check the tree of *text*."""
    if file.endswith(".yaml"):
        read_alike(LineBreaks(text).readable)
    root = read_root(text, is_json=file.endswith(".json"))
    value = parse(text, file=file).value
    assert told(root.value) == told(value)
    for at, below in everything(value):
        *_, node = path(root, at)
        assert told(node.value) == told(below), at
    for node in walk(root):
        standing(node.start, node.line, node.column, text)
        standing(node.begin, node.begin_line, node.begin_column, text)
        if node.name is not None:
            alone(text[node.begin : node.key_end], node.name, file)
        if node.entries is None and node.style is not PartStyle.ALIAS:
            alone(text[node.start : node.end], node.value, file)
        elif not any(part.style is PartStyle.ALIAS for part in walk(node)):
            made = parse(f"{' ' * node.column}{text[node.start : node.end]}\n", file=file)
            assert told(made.value) == told(node.value)


def read_alike(text: str) -> None:
    """Check that both readers of YAML make the same of *text*, or refuse it."""
    try:
        read = ryaml.loads_all(text)  # type: ignore[attr-defined]  # not in its stub
    except ValueError:
        with pytest.raises(ValueError, match=r".+"):
            yaml_composer.loads_all(text)
    else:
        assert repr(yaml_composer.loads_all(text) or [None]) == repr(read or [None])


def standing(at: int, line: int, column: int, text: str) -> None:
    before = text[:at]
    assert (line, column) == (before.count("\n"), len(before) - before.rfind("\n") - 1)


def alone(span: str, value: Any, file: str) -> None:
    """Check that a scalar cut out says what it says; by itself it would be no manifest."""
    cut = f"[{span}]" if file.endswith(".json") else f"- {span}\n"
    assert told(parse(cut, file=file).value) == told([value]), cut


def told(value: Any) -> str:
    """Return *value* as text; unlike `==`, that tells true from 1."""
    return json.dumps(value)


def everything(value: Any, at: Pointer = ()) -> Iterator[tuple[Pointer, Any]]:
    yield at, value
    if isinstance(value, dict | list):
        for token, below in value.items() if isinstance(value, dict) else enumerate(value):
            yield from everything(below, (*at, token))


@slow
@given(st.data())
def test_yaml_as_people_write_it(data: st.DataObject) -> None:
    hold(data.draw(yaml_texts({"source": "random", **data.draw(documents())})), "random.yaml")


@slow
@given(objects, habits)
def test_yaml_with_any_text(value: dict[str, Any], how: Habits) -> None:
    hold("".join(f"{line}\n" for line in block_lines(value, how)), "random.yaml")


@slow
@given(st.text(st.sampled_from("ab1 \n:-?,[]{}'\"&*|>.+e0x~%"), max_size=30))
def test_anything(text: str) -> None:
    read_alike(text)


@slow
@given(objects)
def test_yaml_with_an_anchor_and_its_aliases(value: dict[str, Any]) -> None:
    block = indent("\n".join(block_lines(value)), "  ")
    hold(f"a: &x\n{block}\nb: *x\nc: [*x, &y z, *y]\nd:\n", "random.yaml")


@slow
@given(objects, st.sampled_from((None, 1, "\t")), st.booleans())
def test_json_with_any_text(value: dict[str, Any], step: Any, ascii_only: bool) -> None:  # noqa: FBT001
    hold(json.dumps(value, indent=step, ensure_ascii=ascii_only), "random.json")


@slow
@given(objects, st.sampled_from((None, 1, "\t")), st.data())
def test_a_part_of_json_is_what_the_tree_has_there(
    value: dict[str, Any], step: Any, data: st.DataObject
) -> None:
    text = json.dumps(value, indent=step)
    if data.draw(st.booleans()):  # some of the lists on one line
        text = re.sub(r",\n\s*", lambda found: data.draw(st.sampled_from((found[0], ", "))), text)
    root = read_root(text, is_json=True)
    same(json_root(text), root)
    assert has_short_lists(text) is any(
        node.style is PartStyle.FLOW
        and not node.is_object
        and any(item.entries is None for item in node.children)
        and "\n" not in text[node.start : node.end]
        for node in walk(root)
    )


def same(part: JsonPart, node: Node) -> None:
    assert (part.begin, part.start, part.end) == (node.begin, node.start, node.end)
    assert (part.name, part.style, part.is_object) == (node.name, node.style, node.is_object)
    assert part.name is None or part.key_end == node.key_end
    assert told(part.value) == told(node.value)
    for below, child in zip(part.children, node.children, strict=True):
        same(below, child)
