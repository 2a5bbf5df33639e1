"""The canonical layout: whole files before and after, and one case for each thing that is odd."""

import os
from pathlib import Path

import pytest
import yaml

from reconciler.errors import ManifestError, ReconcilerError
from reconciler.manifest.files import manifests_in
from reconciler.manifest.other_file import OtherFile
from reconciler.manifest.text.canonical_block import is_canonical
from reconciler.manifest.text.formatter import canonical_text
from reconciler.manifest.text.parser import parse
from tests.support.paths import GOLDEN, ROOT

FILES = GOLDEN / "manifest" / "format"
MANIFESTS = ROOT / "manifests"


def formatted(text: str, file: str = "odd.yaml") -> str:
    made = canonical_text(text, file=file)
    assert isinstance(made, str)
    return made


@pytest.mark.parametrize("before", sorted(FILES.glob("*.before.*")), ids=lambda path: path.name)
def test_a_file_before_and_after(before: Path) -> None:
    made = formatted(before.read_text(encoding="utf-8"), before.name)
    after = before.with_name(before.name.replace(".before.", ".after."))
    if os.environ.get("RECONCILER_UPDATE_GOLDEN"):
        after.write_text(made, encoding="utf-8")
    assert made == after.read_text(encoding="utf-8")
    assert formatted(made, before.name) == made


@pytest.mark.parametrize(
    "path",
    manifests_in(MANIFESTS),
    ids=lambda path: path.name,
)
def test_the_example_manifests_are_formatted(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert canonical_text(text, file=path.name) == text
    assert path.suffix == ".json" or is_canonical(text)  # at a glance


# What is odd about it → the text, and how it is laid out. Each begins with `source: a`.
CASES = {
    "indentation of four and of none": (
        "labels:\n    team: b\n    x:\n    - 1\n    -   2\n",
        "labels:\n  team: b\n  x:\n    - 1\n    - 2\n",
    ),
    "explicit keys": (
        "? labels\n: x: 1\n",
        "labels:\n  x: 1\n",
    ),
    "an explicit key without a value": (
        "? b # behind\n\n# about c\nc: 1\n",
        "b: null # behind\n\n# about c\nc: 1\n",
    ),
    "comments behind a dash": (
        (
            "l:\n"
            "  - # c1\n"
            "    # c2\n"
            "    name: x # c3\n"
            "    externalId: y\n"
            "  # tail\n"
            "    # deeper\n"
            "# end\n"
        ),
        'l:\n  # c1\n  # c2\n  - externalId: "y"\n    name: x # c3\n  # tail\n  # deeper\n# end\n',
    ),
    "comments between a key and its value": (
        "z: # one\n  # two\n  a # three\nb: 1\n",
        "# one\n# two\nz: a # three\nb: 1\n",
    ),
    "lists in lists": (
        "l:\n- - - 1\n    - 2\n  - 3\n-\n  - 4\n",
        "l:\n  - - - 1\n      - 2\n    - 3\n  - - 4\n",
    ),
    "texts with comments behind and below": (
        "text: |  # c\n      a\n        b   \n\n      c\n   # below\nother: |+\n  x\n\n\n# end\n",
        "text: | # c\n  a\n    b   \n\n  c\n # below\nother: |+\n  x\n\n\n# end\n",
    ),
    "texts as items": (
        "l:\n  - |\n     x\n  - |-\n     y\n\n  - >+\n     y\n\n  - z\n",
        "l:\n  - |\n    x\n  - |-\n    y\n\n  - >+\n    y\n\n  - z\n",
    ),
    "folded texts": (
        "text: >-\n        a\n        b\n\n          more\n        c\nz: >2\n   lead\n  next\n",
        "text: >-\n  a\n  b\n\n    more\n  c\nz: >2\n   lead\n  next\n",
    ),
    "texts that begin with blanks": (
        "text: |4\n      two\n    none\nm: |1\n   x\n",
        "text: |2\n    two\n  none\nm: |2\n    x\n",
    ),
    "strings over several lines": (
        "d: one\n two\n\n three # c\ne: \"x  \n     y\\\n     \\ z\"\nf: 'it''s\n  two'\n",
        "d: one\n  two\n\n  three # c\ne: \"x\n  y\\\n  \\ z\"\nf: 'it''s\n  two'\n",
    ),
    "brackets over several lines": (
        "l:\n    x: [a,\n        b, # c\n       ]\n    y: {a: 1,\n  b: 2}\n",
        'l:\n  x: [a,\n      b, # c\n     ]\n  "y": {a: 1,\n  b: 2}\n',
    ),
    "brackets on one line": (
        "l: [ a,b,  'no', \"x y\" ]\nm: {b: 1,a: [], name: q, externalId: r}\n",
        'l: [a, b, "no", x y]\nm: {externalId: r, name: q, b: 1, a: []}\n',
    ),
    "keys and comments out of order": (
        (
            "z: 1\n"
            "mapping:\n"
            "  objectTypeMappings: []\n"
            "\n"
            "# about schema\n"
            "schema:\n"
            "  objectSchema:\n"
            "    objectTypes: []\n"
            "    # the name\n"
            "    name: x\n"
            "\n"
        ),
        (
            "z: 1\n"
            "\n"
            "# about schema\n"
            "schema:\n"
            "  objectSchema:\n"
            "    # the name\n"
            "    name: x\n"
            "    objectTypes: []\n"
            "mapping:\n"
            "  objectTypeMappings: []\n"
        ),
    ),
    "a text without a last line end": (
        "text: |\n  x",
        "text: |-\n  x\n",
    ),
    "items without a value": (
        "l:\n-\n- ~\n-   # c\n- x\n",
        "l:\n  - null\n  - null\n  - null # c\n  - x\n",
    ),
    "many blank lines": (
        "\n\n\n# x\n\n\n\n# y\nname: b\n\n\n",
        "\n# x\n\n# y\nname: b\n",
    ),
    "lists in the column of their key": (
        "attributes:\n- x\n# about children\nchildren:\n- y\n # odd\n",
        'attributes:\n  - x\n# about children\nchildren:\n  - "y"\n    # odd\n',
    ),
    "a comment behind a tab": (
        "name: x\t# tabbed\n",
        "name: x # tabbed\n",
    ),
    "blank lines behind a key": (
        "\nl:\n\n  x: 1\n\n\n  y: 2\n\nz: 1\n",
        '\nl:\n  x: 1\n\n  "y": 2\n\nz: 1\n',
    ),
    "items commented out": (
        "attributes:\n  - a\n  # - b\n  #   c: d\n\n  # - e\nz: 1\n",
        "z: 1\nattributes:\n  - a\n  # - b\n  #   c: d\n\n  # - e\n",
    ),
    "a comment below a text": (
        "l:\n  - name: |\n      text\n     # below text\n    externalId: b\n",
        "l:\n  - externalId: b\n    name: |\n      text\n     # below text\n",
    ),
    "tabs in strings": (
        "d: \"a\\tb\"\ne: 'x\ty'\n",
        'd: "a\\tb"\ne: "x\\ty"\n',
    ),
    "emoji": (
        'd: "\\U0001F600 👩\u200d👩\u200d👧"\n',
        "d: 😀 👩\u200d👩\u200d👧\n",
    ),
    "a text with blanks at its end": (
        "d: |\n  x\n     \n  y \n    \n",
        "d: |\n  x\n     \n  y \n    \n",
    ),
    "a folded text that begins in blanks": (
        "text: >1- # c\n     \n x\ny: 1\n",
        'text: "    \\nx" # c\n"y": 1\n',
    ),
    "a comment below a text that is empty": (
        "m:\n    d: |3-\n      # c\n",
        'm:\n  d: ""\n    # c\n',
    ),
    "a folded text with blanks at its end": (
        "d: >\n  x  \n  y\n   \nz: 1\n",
        'd: "x   y\\n \\n"\n\nz: 1\n',
    ),
    "document marks in a text": (
        "d: |\n  x\n  ...\n  ---\n",
        "d: |\n  x\n  ...\n  ---\n",
    ),
    "texts that are empty": (
        "d: | # c\ne: >\n\n\nf: |+\n\n\ng: 1\n",
        'd: "" # c\ne: ""\n\nf: "\\n\\n"\ng: 1\n',
    ),
    "renamed statuses keep their order": (
        "schema: 1\nrenamedStatuses: {type: a, name: b}\n",
        "renamedStatuses: {type: a, name: b}\nschema: 1\n",
    ),
    "labels keep their order": (
        "labels:\n  z: 1\n  name: 2\n  externalId: q\n",
        "labels:\n  z: 1\n  name: 2\n  externalId: q\n",
    ),
    "characters that end a line in YAML 1.1 alone": (
        'name:   "b\x85c"\nd: x\u2028  # e\ng: |\n   h\x85\n',
        'name: "b\\u0085c"\nd: "x\\u2028" # e\ng: "h\\u0085\\n"\n',
    ),
    "texts that begin with an empty line": (
        "d: |\n\n  x\ne: |2\n\n    x\n",
        "d: |\n\n  x\ne: |2\n\n    x\n",
    ),
}
KEPT = {
    "anchors keep the layout": "name:   &x  b   \nalso:  *x\n",
}


@pytest.mark.parametrize("case", CASES)
def test_an_odd_text(case: str) -> None:
    before, after = CASES[case]
    made = formatted(f"source: a\n{before}")
    assert made == f"source: a\n{after}"
    assert formatted(made) == made
    value = parse(f"source: a\n{before}", file="odd.yaml").value
    assert parse(made, file="odd.yaml").value == value
    assert yaml.safe_load(made) == value


@pytest.mark.parametrize("case", KEPT)
def test_a_text_that_keeps_its_layout(case: str) -> None:
    text = f"source: a\n{KEPT[case]}"
    assert formatted(text) == text


def test_a_file_in_brackets_as_a_whole_keeps_its_layout() -> None:
    assert formatted("{source: a,\n   name: b}  \n\n") == "{source: a,\n   name: b}\n"


def test_directives_and_document_marks_stay() -> None:
    text = "%YAML 1.2\n# c\n--- # start\n# d\nsource: a\n... # end\n# e\n"
    assert formatted(text) == text


def test_a_document_mark_behind_which_is_nothing_goes() -> None:
    """Other readers of YAML see a second document there."""
    text = "source: a\n"
    for end in ("---\n", "---", "--- \n\n", "---\n---\n"):
        assert formatted(text + end) == text
    assert formatted(f"{text}--- # a\n\n# b\n---\n# c\n") == f"{text}# a\n\n# b\n# c\n"
    assert formatted(f"{text}...\n---\n") == f"{text}...\n"


def test_the_last_line_is_formatted_too_where_nothing_ends_it() -> None:
    assert formatted("source: a\nmapping: {x: [ ]}") == "source: a\nmapping: {x: []}\n"


def test_line_ends_become_line_feeds() -> None:
    text = "source: a\ntext: |\n  x\n  y\n# c\n"
    assert formatted(text.replace("\n", "\r\n")) == text
    assert formatted(text.replace("\n", "\r")) == text


def test_what_stands_on_top_of_the_file_stays_there() -> None:
    text = "\n# licence\n\n# about mapping\nmapping: {}\nsource: a\n"
    assert formatted(text) == "# licence\n\nsource: a\n# about mapping\nmapping: {}\n"
    assert formatted("# licence\nmapping: {}\nsource: a\n").startswith("# licence\nsource: a\n")


@pytest.mark.parametrize("text", ["a: 1\n", "source: x\nformat_version: '1.0'\n", "- a\n"])
def test_what_is_no_manifest_has_no_layout(text: str) -> None:
    assert isinstance(canonical_text(text, file="other.yaml"), OtherFile)


@pytest.mark.parametrize(
    ("text", "place"),
    [("source: [\n", (2, 1)), ("source: a\nsource: b\n", (2, 1)), ("a\n", (1, 1))],
)
def test_what_does_not_parse_is_an_error_with_its_place(text: str, place: tuple[int, int]) -> None:
    with pytest.raises(ManifestError) as caught:
        canonical_text(text, file="bad.yaml")
    assert [(d.line, d.column) for d in caught.value.diagnostics] == [place]


def test_what_could_not_be_written_unchanged_is_refused() -> None:
    """YAML has no short form for keys of more than a thousand characters."""
    with pytest.raises(ReconcilerError, match=r"odd\.yaml was left as it is"):
        canonical_text(f"source: a\n? {'k' * 1100}\n: 1\n", file="odd.yaml")
