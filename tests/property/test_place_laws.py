"""A place that is found by going to its pointer is the one that the tree of the text has."""

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st

from reconciler.errors import ManifestError
from reconciler.manifest.text.parser import parse
from reconciler.manifest.text.places import Places
from reconciler.manifest.text.pointer import Pointer
from reconciler.manifest.text.tree import Place, path
from reconciler.manifest.text.tree_reader import read_root
from reconciler.manifest.text.yaml_part import yaml_root
from tests.support.strategies.documents import documents
from tests.support.strategies.yaml_hand import yaml_texts

slow = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
keys = st.sampled_from(
    (
        *map(json.dumps, ("", "a", "0", '"\\', "é", "\ud800", "😀")),
        '"\\u0061"',
        '"é"',
        '"\u2028\x7f"',
    )
)


class Typist:
    """Writes JSON with blanks anywhere, escapes at will and keys that are there twice."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw

    def blanks(self, among: str = " \t\r\n") -> str:
        return self.draw(st.text(among, max_size=3))

    def value(self, depth: int) -> str:
        kind = self.draw(st.sampled_from("ol" * (depth > 0) + "s"))
        if kind == "s":
            return json.dumps(self.draw(scalars), ensure_ascii=self.draw(st.booleans()))
        entries = [
            self.blanks()
            + (self.key() if kind == "o" else "")
            + self.value(depth - 1)
            + self.blanks()
            for _ in range(self.draw(st.integers(0, 3)))
        ]
        body = ",".join(entries) or self.blanks()
        return f"{{{body}}}" if kind == "o" else f"[{body}]"

    def key(self) -> str:
        # libyaml, which reads the tree, wants the colon on the line of the key.
        return f"{self.draw(keys)}{self.blanks(' ')}:{self.blanks()}"


@st.composite
def json_texts(draw: st.DrawFn, depth: int = 3) -> str:
    """A JSON text in odd layout."""
    typist = Typist(draw)
    return typist.blanks() + typist.value(depth) + typist.blanks()


def pointers(value: Any, at: Pointer = ()) -> Iterator[Pointer]:
    """Every pointer into *value*, and some that lead nowhere."""
    yield from (at, (*at, "nothing"), (*at, 7, "below"), (*at, "-1"))
    if isinstance(value, dict | list):
        for token, below in value.items() if isinstance(value, dict) else enumerate(value):
            yield from pointers(below, (*at, token))


def hold(
    text: str, value: Any, data: st.DataObject, *, is_json: bool, is_plain: bool = False
) -> None:
    """Check the places of *text*, asked for in any order."""
    root = read_root(text, is_json=is_json)
    places = Places(text, is_json=is_json, is_plain=is_plain)
    for at in data.draw(st.permutations([*pointers(value)])):
        node = [*path(root, at)][-1]
        stands: Place = node.place if (node.meant or node).entries is None else node.begin_place
        assert (places.of(at), places.of_key(at)) == (stands, node.begin_place), at


@slow
@given(st.data())
def test_json_in_any_layout(data: st.DataObject) -> None:
    text = data.draw(json_texts())
    hold(text, json.loads(text), data, is_json=True)


@slow
@given(st.data())
def test_json_with_nothing_odd_in_any_layout(data: st.DataObject) -> None:
    text = data.draw(json_texts(5))  # three levels are taken apart at once
    try:
        parsed = parse(text, file="random.json")
    except ManifestError:
        reject()
    assume(not parsed.faults)
    hold(text, parsed.value, data, is_json=True, is_plain=True)


PLAIN = """\
# head
---
a: 1
b:
  - x: "q: 1"   # c
    y: 'it''s'
  - - k
    - l: [1, "a, b", {c: d}]
  -
    z: |
      text
       # not a comment

      - no: "item
    w: >-
     folded
     more
c:
- i
# c
- j: plain over
    several lines
  k:
  # nothing
- "quoted over
   lines"
"d e": {f: g, h: []}
l :
    m:
        n: -5
    o: null
p:
   plain
   more
q: 'a

  b'
"""
SNIPPETS = (
    *" \n\r\t-:#'\"|>[]{},?&*!%.\\a1",
    *("\n  ", "\n- ", "- ", ": ", " #", "\n#", "|\n   ", "---\n"),
)


@st.composite
def edited(draw: st.DrawFn, text: str) -> str:
    """The *text* after a few edits that may change its structure, or may spoil it."""
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(text)))
        to = at + draw(st.sampled_from((0, 0, 1, 2)))
        text = text[:at] + draw(st.sampled_from(SNIPPETS)) + text[to:]
    return text


def test_plain_block_style_needs_no_tree() -> None:
    assert yaml_root(PLAIN) is not None


@slow
@given(st.data())
def test_yaml_with_any_structure(data: st.DataObject) -> None:
    text = data.draw(edited(PLAIN))
    try:
        value = parse(text, file="random.yaml").value
    except ManifestError:
        reject()
    hold(text, value, data, is_json=False)


@slow
@given(st.data())
def test_yaml_as_people_write_it(data: st.DataObject) -> None:
    text = data.draw(yaml_texts({"source": "random", **data.draw(documents())}))
    hold(text, parse(text, file="random.yaml").value, data, is_json=False)
