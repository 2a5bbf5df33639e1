"""YAML data: by the rules of manifests, whole, and therefore small."""

from pathlib import Path
from typing import Any

import pytest

from reconciler.data.yaml import LARGEST_YAML
from tests.support.documents.data_files import DRIVES, TWO, entries, refusal

READ: dict[str, tuple[frozenset[str], str, list[tuple[str, Any, str]]]] = {
    "roots": (
        TWO,
        "hosts:\n- {b: no}\ndrives: {a: 2020-01-01}\n",
        [("hosts", {"b": "no"}, "hosts[0]"), ("drives", {"a": "2020-01-01"}, "drives")],
    ),
    "a list": (
        DRIVES,
        "- a: 1\n- a: 2.5\n",
        [("drives", {"a": 1}, "[0]"), ("drives", {"a": 2.5}, "[1]")],
    ),
    "nothing under a root": (DRIVES, "drives:\n", []),
}


@pytest.mark.parametrize("case", READ)
def test_yaml_is_read_as_root_entries(case: str, tmp_path: Path) -> None:
    roots, text, expected = READ[case]
    path = tmp_path / "d.yaml"
    path.write_text(text, encoding="utf-8")
    assert entries(path, roots) == expected


REFUSED: dict[str, tuple[str, str]] = {
    "a key twice": ("drives:\n- a: 1\n  a: 2\n", 'line 3, column 3: the key "a" is there twice'),
    "NaN": ("drives:\n- a: .nan\n", "line 2, column 6: NaN is not a number that JSON can hold"),
    "a tag": ("drives: !x [1]\n", 'line 1, column 9: the YAML tag "!x" is not supported'),
    "two documents": (
        "drives: []\n---\ndrives: []\n",
        "line 2, column 1: the file holds more than one YAML document",
    ),
    "an alias that holds itself": (
        "drives: &a [*a]\n",
        (
            "line 1, column 9: lists and objects are nested more than 128 levels, "
            "or an alias holds itself"
        ),
    ),
    "a root that is text": ("drives: x\n", "drives is text, not an object"),
    "only comments": ("# nothing\n", "is empty"),
    "text": ("drives\n", "is neither a list nor an object, so it has no entries"),
    "a NUL byte": ("a: \0\n", "line 1, column 4 (byte 3): a NUL byte, so this is no text file"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_wrong_is_one_sentence_with_its_place(case: str, tmp_path: Path) -> None:
    text, sentence = REFUSED[case]
    path = tmp_path / "d.yaml"
    path.write_text(text)
    separator = " " if sentence.startswith("is ") else ": "
    assert refusal(path)[0] == f"d.yaml{separator}{sentence}"


def test_an_emoji_as_json_escapes_it_is_refused_with_the_way_of_yaml(tmp_path: Path) -> None:
    path = tmp_path / "d.yaml"
    path.write_text('[{"a": "\\ud83d\\ude00"}]')
    assert refusal(path) == (
        "d.yaml: line 1, column 11: not valid YAML: found invalid Unicode character escape code",
        "YAML writes an emoji as \\U0001F600, not in two halves; JSON belongs in .json files",
    )
    path.write_text('[{"a": "\\U0001F600"}]')
    assert entries(path)[0][1] == {"a": "😀"}


def test_large_yaml_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "d.yaml"
    with path.open("w") as file:
        while file.tell() <= LARGEST_YAML:
            file.write(f"- a: {'x' * 100_000}\n")
    said = "d.yaml is larger than 16 MiB; YAML is read whole"
    assert refusal(path) == (said, "write large data as JSON or NDJSON, which are streamed")
