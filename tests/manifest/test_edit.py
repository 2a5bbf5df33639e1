"""Edits of a manifest's text: what they do not touch stays, byte for byte."""

import json
from typing import Any

import pytest

from reconciler.errors import ReconcilerError
from reconciler.manifest.manifest_text import ManifestText
from reconciler.manifest.text import editor
from reconciler.manifest.text.edits import Add, Drop, Edit, Put, apply_edits


def edit_text(text: str, edits: list[Edit], *, file: str) -> str:
    return editor.edit_text(ManifestText(file=file, stored=text), edits).text


BLOCK = """\
# a header

a:
  # about one
  - id: one   # behind
    text: 'first'
    # part of one: true

  # about two
  - id: two
    text: "second"
    list: [x, y]   # short
  # about three
  - id: three
    text: plain

# about b
b:
    deep: {k: v, l: w}
    long: |
      line one

      line two
    rest: >-
      folded
      text
# the end
"""

CASES: dict[str, tuple[str, list[Edit], str, str]] = {
    "a plain scalar": (
        BLOCK,
        [Put(at=("a", 2, "text"), value="other")],
        "    text: plain\n",
        "    text: other\n",
    ),
    "a quoted scalar keeps its quotes": (
        BLOCK,
        [Put(at=("a", 0, "text"), value="it's"), Put(at=("a", 1, "text"), value='say "x"')],
        "'first'\n    # part of one: true\n\n  # about two\n  - id: two\n    text: \"second\"",
        (
            "'it''s'\n    # part of one: true\n\n  # about two\n  - id: two\n"
            '    text: "say \\"x\\""'
        ),
    ),
    "a plain scalar gets quotes where it needs them": (
        BLOCK,
        [Put(at=("a", 2, "text"), value="no")],
        "text: plain",
        'text: "no"',
    ),
    "a comment behind a value stays": (
        BLOCK,
        [Put(at=("a", 0, "id"), value="uno")],
        "- id: one   # behind",
        "- id: uno   # behind",
    ),
    "a short list stays short": (
        BLOCK,
        [Put(at=("a", 1, "list"), value=["x", "a, b"])],
        "list: [x, y]   # short",
        'list: [x, "a, b"]   # short',
    ),
    "the first item goes with the comments that are about it": (
        BLOCK,
        [Drop(at=("a", 0))],
        "  # about one\n  - id: one   # behind\n    text: 'first'\n    # part of one: true\n\n",
        "\n",
    ),
    "the item in the middle goes": (
        BLOCK,
        [Drop(at=("a", 1))],
        '  # about two\n  - id: two\n    text: "second"\n    list: [x, y]   # short\n',
        "",
    ),
    "the last item goes, and what stands below it stays": (
        BLOCK,
        [Drop(at=("a", 2))],
        "  # about three\n  - id: three\n    text: plain\n",
        "",
    ),
    "all items go and one comes": (
        "a:\n  # about x\n  - x\n  - y\nb: 1\n",
        [Drop(at=("a", 0)), Drop(at=("a", 1)), Add(at=("a",), value={"c": "d"})],
        "  # about x\n  - x\n  - y\n",
        "  - c: d\n",
    ),
    "an empty list is left": (
        "a:\n  - x\n  - y\nb: 1\n",
        [Drop(at=("a", 0)), Drop(at=("a", 1))],
        "a:\n  - x\n  - y\n",
        "a: []\n",
    ),
    "a new item stands at the end of its list": (
        BLOCK,
        [Add(at=("a",), value={"id": "four", "deep": {"k": ["v"], "l": [{"m": 1}]}})],
        "    text: plain\n",
        (
            "    text: plain\n  - id: four\n    deep:\n        k: [v]\n"
            "        l:\n          - m: 1\n"
        ),
    ),
    "a new list is in lines where no other is short": (
        "a:\n- b: c\n",
        [Add(at=("a",), value={"b": ["c", "d"]})],
        "- b: c\n",
        "- b: c\n- b:\n  - c\n  - d\n",
    ),
    "a new key stands where people look for it": (
        "- externalId: e\n  description: d\n  children: []\n",
        [Put(at=(0, "label"), value=True), Put(at=(0, "name"), value="nn")],
        "- externalId: e\n  description: d\n  children: []\n",
        "- externalId: e\n  name: nn\n  description: d\n  label: true\n  children: []\n",
    ),
    "a list fills up that was empty": (
        "a: []   # none yet\nb: 1\n",
        [Put(at=("a",), value=[{"c": 1}, {"c": 2}])],
        "a: []   # none yet\n",
        "a:\n  - c: 1\n  - c: 2   # none yet\n",
    ),
    "a list grows, and so does the object that it ends": (
        "a:\n  name: n1\n  attributes:\n    - b: 1\nc: 1\n",
        [
            Put(at=("a", "name"), value="n2"),
            Put(at=("a", "children"), value=[{"e": 1}]),
            Add(at=("a", "attributes"), value={"b": 2}),
        ],
        "  name: n1\n  attributes:\n    - b: 1\n",
        "  name: n2\n  attributes:\n    - b: 1\n    - b: 2\n  children:\n    - e: 1\n",
    ),
    "the key behind a dash goes": (
        "a:\n  - iconKey: i\n    # about name\n    name: n\n    type: t\n",
        [Drop(at=("a", 0, "iconKey"))],
        "  - iconKey: i\n    # about name\n    name: n\n",
        "  - # about name\n    name: n\n",
    ),
    "a list of scalars changes, and each comment stays with its item": (
        "a:\n  # one\n  - x   # 1\n  # two\n  - y\n  # three\n  - z  # 3\nb: 1\n",
        [Put(at=("a",), value=["w", "x", "z", "v"])],
        "  # one\n  - x   # 1\n  # two\n  - y\n  # three\n  - z  # 3\n",
        "  - w\n  # one\n  - x   # 1\n  # three\n  - z  # 3\n  - v\n",
    ),
    "an item that is replaced keeps its comment and its quotes": (
        "a:\n  - # c\n    'x'\n  - y # d\nb: 1\n",
        [Put(at=("a",), value=["z", "y", "w"])],
        "'x'\n  - y # d\n",
        "'z'\n  - y # d\n  - w\n",
    ),
    "a list between brackets with comments": (
        "a: [x, # one\n  # two\n  y, # 2\n  z # three\n]\n",
        [Put(at=("a",), value=["x", "z", "w"])],
        "[x, # one\n  # two\n  y, # 2\n  z # three\n]",
        "[x, # one\n  # two\n  z, w # three\n]",
    ),
    "a list between brackets whose last goes": (
        "a: [x, # one\n  y\n]\n",
        [Put(at=("a",), value=["x"])],
        "[x, # one\n  y\n]",
        "[x # one\n  \n]",
    ),
    "a blank before the colon": (
        "a : []\nb: 1\n",
        [Put(at=("a",), value=[{"c": 1}])],
        "a : []\n",
        "a :\n  - c: 1\n",
    ),
    "a comment behind the key": (
        "a: # none\n  []\nb: # some\n  - x\n  # y\n  - y\nc: 1\n",
        [Put(at=("a",), value=[1]), Put(at=("b",), value=[])],
        "a: # none\n  []\nb: # some\n  - x\n  # y\n  - y\n",
        "a: # none\n  - 1\nb: # some\n  []\n",
    ),
    "an explicit key": (
        "? a # c\n: []\n? b\n? c\n: d\n",
        [Put(at=("a",), value=[1]), Put(at=("b",), value="x"), Put(at=("name",), value="nn")],
        "? a # c\n: []\n? b\n? c\n: d\n",
        "? a # c\n:\n  - 1\n? b\n: x\n? c\n: d\nname: nn\n",
    ),
    "a key without a value between brackets": (
        "a: {b, c: , d }\n",
        [Put(at=("a", "b"), value=1), Put(at=("a", "c"), value=[]), Put(at=("a", "d"), value=2)],
        "{b, c: , d }",
        "{b: 1, c: [] , d: 2 }",
    ),
    "a block with a comment at its head": (
        "a: |2-  # c\n   x\nb: > # d\n  y\n",
        [Put(at=("a",), value="l1\nl2\n"), Put(at=("b",), value="z")],
        "|2-  # c\n   x\nb: > # d\n  y\n",
        "|  # c\n  l1\n  l2\nb: z # d\n",
    ),
    "the first item behind another dash": (
        "- - a\n  # b\n  - b\n  - c\n",
        [Drop(at=(0, 0)), Add(at=(0,), value="d")],
        "- - a\n  # b\n  - b\n  - c\n",
        "- # b\n  - b\n  - c\n  - d\n",
    ),
    "marks, a directive and comments around it": (
        "%YAML 1.2\n---\na: 1 # one\n...\n# end\n---\n# rest",
        [Put(at=("b",), value=[2])],
        "a: 1 # one\n",
        "a: 1 # one\nb:\n  - 2\n",
    ),
    "a character that ended a line once": (
        "a: 'x\x85y' # \u2028 z\nb: |\n  p\x85\nc: 1\n",
        [Put(at=("c",), value="q\x85")],
        "c: 1",
        'c: "q\\u0085"',
    ),
    "the id of an object that had none": (
        "a:\n- name: n # c\n  b: 1\n",
        [Put(at=("a", 0, "externalId"), value="e"), Put(at=("a", 0, "label"), value=True)],
        "- name: n # c\n  b: 1\n",
        "- externalId: e\n  name: n # c\n  label: true\n  b: 1\n",
    ),
    "a key with a list goes, its comment as well": (
        "a: 1\n# about b\nb:\n- x\n- y\n\nc: 2\n",
        [Drop(at=("b",))],
        "# about b\nb:\n- x\n- y\n",
        "",
    ),
    "a literal block stays one": (
        BLOCK,
        [Put(at=("b", "long"), value="line one\nline three\n")],
        "    long: |\n      line one\n\n      line two\n",
        "    long: |\n        line one\n        line three\n",
    ),
    "a literal block becomes a line": (
        BLOCK,
        [Put(at=("b", "long"), value="line: one")],
        "    long: |\n      line one\n\n      line two\n",
        '    long: "line: one"\n',
    ),
    "a folded block becomes a line": (
        BLOCK,
        [Put(at=("b", "rest"), value="other")],
        "    rest: >-\n      folded\n      text\n",
        "    rest: other\n",
    ),
    "lines in a plain scalar": (
        "a: one\n  two\nb: 1\n",
        [Put(at=("a",), value="three\nfour")],
        "a: one\n  two\n",
        'a: "three\\nfour"\n',
    ),
    "an object between brackets": (
        BLOCK,
        [Put(at=("b", "deep", "k"), value="a, b"), Put(at=("b", "deep", "m"), value=[1])],
        "{k: v, l: w}",
        '{k: "a, b", l: w, m: [1]}',
    ),
    "the first, and the last, of an object between brackets": (
        "a: {k: v, l: w, m: x}   # c\n",
        [Drop(at=("a", "k")), Drop(at=("a", "m"))],
        "{k: v, l: w, m: x}",
        "{l: w}",
    ),
    "all of an object between brackets": (
        "a: [{k: v}, {l: w}]\n",
        [Drop(at=("a", 0)), Drop(at=("a", 1)), Add(at=("a",), value={"m": "x"})],
        "[{k: v}, {l: w}]",
        "[{m: x}]",
    ),
    "brackets over several lines": (
        "a: [\n  {k: v}, # one\n  {l: w} # two\n]\n",
        [Add(at=("a",), value={"m": "x"})],
        "{l: w} # two\n",
        "{l: w},\n  {m: x} # two\n",
    ),
    "Windows line ends": (
        "a:\r\n  - x: 1\r\n  # about y\r\n  - y: 2\r\nb: c\r\n",
        [Drop(at=("a", 0)), Add(at=("a",), value={"z": "l1\nl2", "w": 1})],
        "  - x: 1\r\n  # about y\r\n  - y: 2\r\n",
        "  # about y\r\n  - y: 2\r\n  - z: |-\r\n      l1\r\n      l2\r\n    w: 1\r\n",
    ),
    "no line end at the end": (
        "a:\n  - x",
        [Add(at=("a",), value="z")],
        "a:\n  - x",
        "a:\n  - x\n  - z",
    ),
    "a comment and no line end at the end": (
        "a:\n  - x\n  - y\n# end",
        [Drop(at=("a", 1))],
        "  - y\n",
        "",
    ),
    "more than ASCII": (
        "ä: 😀\nb: [é, 😀]\nc: ü\n",
        [Put(at=("c",), value="ß"), Put(at=("b",), value=["😀", "\x85"])],
        "[é, 😀]\nc: ü\n",
        '[😀, "\\u0085"]\nc: ß\n',
    ),
    "a long string stays on one line": (
        "a: x\n",
        [Put(at=("a",), value="word " * 400 + "end")],
        "a: x\n",
        f"a: {'word ' * 400}end\n",
    ),
    "no value at all": (
        "a:\nb: 1\n",
        [Put(at=("a",), value="x")],
        "a:\n",
        "a: x\n",
    ),
    "keys in quotes": (
        "\"a\": 1\n'b': 2\n",
        [Put(at=("a",), value=3), Drop(at=("b",))],
        "\"a\": 1\n'b': 2\n",
        '"a": 3\n',
    ),
    "an alias elsewhere stays": (
        "a: &x {k: v}\nb: *x\nc: 1\n",
        [Put(at=("c",), value=2)],
        "c: 1",
        "c: 2",
    ),
    "what an alias repeats is written out where one of both is to change": (
        "a: &x\n  k: v\nb: *x\nc: 1\n",
        [Put(at=("b", "k"), value="w")],
        "a: &x\n  k: v\nb: *x\n",
        "a: \n  k: v\nb: {k: w}\n",
    ),
    "what is repeated changes alone": (
        "a: &x {k: v}\nb: *x\n",
        [Put(at=("a", "k"), value="w")],
        "&x {k: v}\nb: *x",
        "{k: w}\nb: {k: v}",
    ),
}


@pytest.mark.parametrize(("text", "edits", "before", "after"), CASES.values(), ids=CASES)
def test_only_what_differs_is_touched(
    text: str, edits: list[Edit], before: str, after: str
) -> None:
    assert text.count(before) == 1
    assert edit_text(text, edits, file="m.yaml") == text.replace(before, after)


JSON = """\
{
  "a": [
    {"id": "one", "list": ["x"]},
    {"id": "two", "list": ["x"]}
  ],
  "b": {
    "c": "d",
    "e": [
      1,
      2
    ]
  }
}
"""

JSON_CASES: dict[str, tuple[str, list[Edit], str, str]] = {
    "a value": (JSON, [Put(at=("b", "c"), value="é\n")], '"d"', '"é\\n"'),
    "a list on several lines": (
        JSON,
        [Put(at=("b", "e"), value=[1, {"f": 3}])],
        "      1,\n      2\n",
        '      1,\n      {\n        "f": 3\n      }\n',
    ),
    "an item": (
        JSON,
        [Add(at=("a",), value={"id": "three", "list": ["x", "y"]})],
        '    {"id": "two", "list": ["x"]}\n',
        (
            '    {"id": "two", "list": ["x"]},\n'
            '    {\n      "id": "three",\n      "list": ["x", "y"]\n    }\n'
        ),
    ),
    "the first item": (JSON, [Drop(at=("a", 0))], '{"id": "one", "list": ["x"]},\n    ', ""),
    "the last item": (JSON, [Drop(at=("a", 1))], ',\n    {"id": "two", "list": ["x"]}', ""),
    "a key": (
        JSON,
        [Put(at=("b", "name"), value={"k": []})],
        "      2\n    ]\n",
        '      2\n    ],\n    "name": {\n      "k": []\n    }\n',
    ),
    "tabs": (
        '{\n\t"a": [\n\t\t{\n\t\t\t"k": 1\n\t\t}\n\t]\n}',
        [Add(at=("a",), value={"l": [True, None]})],
        "\t\t}\n",
        '\t\t},\n\t\t{\n\t\t\t"l": [\n\t\t\t\ttrue,\n\t\t\t\tnull\n\t\t\t]\n\t\t}\n',
    ),
    "one line": (
        '{"a":[{"k":1},{"k":2}],"b":{}}',
        [Drop(at=("a", 0)), Add(at=("a",), value={"k": [3]}), Put(at=("b",), value={"c": "d"})],
        '[{"k":1},{"k":2}],"b":{}',
        '[{"k":2},{"k":[3]}],"b":{"c":"d"}',
    ),
    "escapes where all is ASCII": (
        '{"a": "\\u00e9 \\ud83d\\ude00", "b": 1}',
        [Put(at=("b",), value="ü")],
        ": 1",
        ': "\\u00fc"',
    ),
    "Windows line ends": (
        '{\r\n  "a": [\r\n    1\r\n  ]\r\n}\r\n',
        [Add(at=("a",), value={"b": 2})],
        "    1\r\n",
        '    1,\r\n    {\r\n      "b": 2\r\n    }\r\n',
    ),
    "nothing is left": (JSON, [Drop(at=("a", 0)), Drop(at=("a", 1))], JSON[9:81], "[]"),
}


@pytest.mark.parametrize(("text", "edits", "before", "after"), JSON_CASES.values(), ids=JSON_CASES)
def test_json_is_touched_only_where_it_differs(
    text: str, edits: list[Edit], before: str, after: str
) -> None:
    assert text.count(before) == 1
    made = edit_text(text, edits, file="m.JSON")
    assert made == text.replace(before, after)
    assert json.loads(made) == apply_edits(json.loads(text), edits)


def test_a_deeply_nested_part_is_found() -> None:
    text = "".join(f"{'  ' * depth}k{depth}:\n" for depth in range(60)) + "  " * 60 + "end: 1\n"
    at = tuple(f"k{depth}" for depth in range(60))
    made = edit_text(text, [Put(at=(*at, "end"), value=2)], file="m.yaml")
    assert made == text.replace("end: 1", "end: 2")


@pytest.mark.parametrize("text", ["a: &x\n- *x\n", "- ? a\n  : b\n"])
def test_edits_keep_the_json_that_they_do_not_name(text: str) -> None:
    """Odd YAML: either it does not parse, or the edit is right, or it is refused."""
    edits: list[Edit] = [Add(at=(), value=1)]
    try:
        made = edit_text(text, edits, file="m.yaml")
    except ReconcilerError:
        return
    assert made.endswith("- 1\n")


def test_a_text_that_cannot_be_edited_in_place_is_refused() -> None:
    """A lone carriage return ends a line for YAML, and for nobody else any more."""
    sentence = r'm\.yaml:3:3: "0" of a is written in a way that cannot be edited'
    with pytest.raises(ReconcilerError, match=sentence):
        edit_text("b: 1\ra:\r- x\r- y\r", [Drop(at=("a", 0))], file="m.yaml")


def test_edits_of_json_do_not_depend_on_their_order() -> None:
    value: dict[str, Any] = {"a": [1, 2, 3], "b": {"c": 1}}
    edits: list[Edit] = [
        Drop(at=("a", 0)),
        Drop(at=("a", 2)),
        Add(at=("a",), value=4),
        Drop(at=("b", "c")),
        Put(at=("d",), value=[5]),
    ]
    expected = {"a": [2, 4], "b": {}, "d": [5]}
    assert apply_edits(value, edits) == apply_edits(value, edits[::-1]) == expected
    assert value == {"a": [1, 2, 3], "b": {"c": 1}}, "the value itself is untouched"
