"""A formatted manifest says what it said, is formatted, and has each comment where it belongs."""

import json
import re
from collections import Counter
from itertools import pairwise
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.errors import ManifestError
from reconciler.manifest.minimal_form import rank
from reconciler.manifest.text.block_writer import block_text, in_rank
from reconciler.manifest.text.canonical_block import is_canonical
from reconciler.manifest.text.formatter import canonical_text
from reconciler.manifest.text.parser import parse
from reconciler.manifest.text.tree_reader import read_root
from reconciler.manifest.text.yaml_writer import yaml_text
from tests.support.strategies.documents import documents
from tests.support.strategies.yaml_hand import about, yaml_texts

ELEMENT = re.compile(r"""\s*- \{? *(\w*[eE]xternalId): ['"]?([^'",#]+)""")
COMMENT = re.compile(r"# (?:about|comment:|behind)[^\r\n]*")
STREWN = re.compile(r"# strewn [^\n]*")
Json = dict[str, Any]
slow = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@st.composite
def manifests(draw: st.DrawFn, *, ids: bool | None = None) -> Json:
    """A manifest whose objects have their keys in any order."""
    whole = {"source": "random", **draw(documents(ids=ids))}
    return draw(disordered(whole)) if draw(st.booleans()) else in_rank(whole)


@st.composite
def disordered(draw: st.DrawFn, value: Any) -> Any:
    order = draw(st.randoms(use_true_random=False))

    def turned(inner: Any) -> Any:
        if isinstance(inner, dict):
            pairs = list(inner.items())
            order.shuffle(pairs)
            return {key: turned(below) for key, below in pairs}
        return [*map(turned, inner)] if isinstance(inner, list) else inner

    return turned(value)


def formatted(text: str, file: str = "random.yaml") -> str:
    made = canonical_text(text, file=file)
    assert isinstance(made, str)
    return made


@slow
@given(st.data())
def test_yaml_says_the_same_in_order_and_is_formatted(data: st.DataObject) -> None:
    text = data.draw(yaml_texts(data.draw(manifests())))
    made = formatted(text)
    before, after = (parse(each, file="random.yaml").value for each in (text, made))
    assert json.dumps(after) == json.dumps(in_rank(before))
    assert formatted(made) == made
    assert not re.search(r"[ \t]+$|\n\n\n|\n\n\Z|\r", made, re.MULTILINE)
    assert made.endswith("\n")


@slow
@given(st.data())
def test_a_reader_of_yaml_1_1_reads_the_same(data: st.DataObject) -> None:
    made = formatted(data.draw(yaml_texts(data.draw(manifests()))))
    assert yaml.safe_load(made) == parse(made, file="random.yaml").value


@slow
@given(st.data())
def test_every_comment_is_there_once_and_above_its_element(data: st.DataObject) -> None:
    manifest = data.draw(manifests(ids=True))
    text = data.draw(yaml_texts(manifest))
    made = formatted(text)
    assert Counter(COMMENT.findall(text)) == Counter(COMMENT.findall(made))
    for element, comments in comments_above(made).items():
        named = [comment for comment in comments if comment.startswith("# about")]
        assert all(comment == f"# about {element}" for comment in named), element
    # Whoever had one has it still, save those in flow style, which have no line of their own.
    above = {c for comments in comments_above(made).values() for c in comments}
    assert {c for c in COMMENT.findall(text) if c.startswith("# about")} <= above | in_flow(made)


def comments_above(text: str) -> dict[str, list[str]]:
    """The comment lines right above each element that begins with its id."""
    found: dict[str, list[str]] = {}
    block: list[str] = []
    for line in text.splitlines():
        if line.lstrip().startswith("#"):
            block.append(line.strip())
            continue
        if (element := ELEMENT.match(line)) is not None:
            found[f"{element[1]} {element[2].strip()}"] = block
        block = []
    return found


def in_flow(text: str) -> set[str]:
    """What the comments above items in flow style say."""
    return {
        above.strip()
        for above, line in pairwise(text.splitlines())
        if line.lstrip().startswith("- {")
    }


@st.composite
def strewn(draw: st.DrawFn, text: str) -> str:
    """The lines of *text* with comments and blank lines anywhere between them."""
    lines: list[str] = []
    for i, line in enumerate(text.splitlines()):
        for j in range(draw(st.sampled_from((0, 0, 0, 1, 2)))):
            comment = f"{' ' * draw(st.integers(0, 12))}# strewn {i}.{j}."
            lines.append(draw(st.sampled_from((comment, comment, ""))))
        lines.append(line)
    return "\n".join((*lines, "  # strewn at the end."))


@slow
@given(st.data())
def test_comments_anywhere_are_there_once_and_stay_where_they_are_put(data: st.DataObject) -> None:
    text = data.draw(strewn(data.draw(yaml_texts(data.draw(manifests())))))
    made = formatted(text)
    assert Counter(STREWN.findall(made)) == Counter(STREWN.findall(text))
    assert formatted(made) == made


@slow
@given(st.data())
def test_where_keys_are_in_order_so_are_the_comments(data: st.DataObject) -> None:
    value = in_rank({"source": "random", **data.draw(documents())})
    text = data.draw(strewn(data.draw(yaml_texts(value))))
    assert STREWN.findall(formatted(text)) == STREWN.findall(text)


@st.composite
def nearly(draw: st.DrawFn, text: str) -> str:
    """The lines of *text*, a few of them moved, indented or with something behind them."""
    lines = text.splitlines()
    for _ in range(draw(st.integers(1, 3))):
        i, j = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        odd = (" " + lines[i], lines[i][2:], lines[i] + draw(st.sampled_from((" ", " # b", ":"))))
        above = draw(st.sampled_from(("", "# strewn", "  # strewn", lines[j])))
        lines[i] = draw(st.sampled_from((*odd, f"{above}\n{lines[i]}")))
    return "\n".join(lines) + "\n"


@slow
@given(st.data())
def test_what_is_known_as_formatted_would_be_written_just_so(data: st.DataObject) -> None:
    made = formatted(data.draw(yaml_texts(data.draw(manifests()))))
    for text in (made, data.draw(nearly(made))):
        if is_canonical(text):
            try:
                parsed = parse(text, file="random.yaml")
            except ManifestError:
                continue
            assert parsed.faults or block_text(text, read_root(text, is_json=False)) == text


@slow
@given(st.data())
def test_json_says_the_same_in_order_and_is_formatted(data: st.DataObject) -> None:
    manifest = data.draw(manifests())
    text = json.dumps(
        manifest,
        indent=data.draw(st.sampled_from((None, 1, 4, "\t"))),
        ensure_ascii=data.draw(st.booleans()),
    )
    made = formatted(text, "random.json")
    assert json.dumps(json.loads(made)) == json.dumps(in_rank(manifest))
    assert formatted(made, "random.json") == made


@slow
@given(documents())
def test_what_pull_writes_is_formatted(document: Json) -> None:
    text = yaml_text(in_rank({"source": "random", **document}))
    assert formatted(text) == text


def test_about_names_the_key_that_comes_first() -> None:
    """The laws above look for elements by the key that the canonical order puts first."""
    keys = ("externalId", "objectTypeExternalId", "attributeExternalId")
    assert all(about({key: "x", "name": "y"}) == f"# about {key} x" for key in keys)
    assert max(map(rank, keys)) < min(map(rank, ("name", "objectTypeName", "attributeName")))
