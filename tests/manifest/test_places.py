"""Where the parts of a text stand."""

import pytest

from reconciler.manifest.text.places import Places
from reconciler.manifest.text.pointer import read_pointer, write_pointer

YAML = """\
a:
  b: [x, {c: y}]
d/e~f: 1
list:
  - name: é
    value: "ü"
  - again: &anchor {k: 1}
alias: *anchor
"""
YAML_PLACES = {
    "": (1, 1),
    "/a": (1, 1),  # a collection stands by its key
    "/a/b": (2, 3),
    "/a/b/0": (2, 7),
    "/a/b/1": (2, 10),
    "/a/b/1/c": (2, 14),
    "/d~1e~0f": (3, 8),
    "/list/0": (5, 5),
    "/list/0/value": (6, 12),
    "/alias/k": (7, 24),  # where it is written
    "/a/nothing/below": (1, 1),  # the nearest part above
    "/list/7": (4, 1),
}
JSON = '{"a": "\\ud83d\\ude00 \\\\ud800", "\x7f\u2028": 1,\n\t"b": [true,\n {"c": null}]}'
JSON_PLACES = {
    "/a": (1, 7),
    "/\x7f\u2028": (1, 37),
    "/b": (2, 2),
    "/b/0": (2, 8),
    "/b/1": (3, 2),
    "/b/1/c": (3, 8),
}


@pytest.mark.parametrize(("pointer", "place"), YAML_PLACES.items())
def test_places_in_yaml(pointer: str, place: tuple[int, int]) -> None:
    assert Places(YAML, is_json=False).of(read_pointer(pointer)) == place


@pytest.mark.parametrize(("pointer", "place"), JSON_PLACES.items())
def test_places_in_json_that_libyaml_would_refuse(pointer: str, place: tuple[int, int]) -> None:
    assert Places(JSON, is_json=True).of(read_pointer(pointer)) == place


DEEP = """{"a": 1, "b": {"ü": [], "c": {"d": {} , "e": "x]",
 "f": {"g": [ 2,
 [{"h": [true]}] ] } } }, "i" :[
null ], "j": {}, "k": "\\"" }"""


def test_places_by_slices_are_those_of_the_parts() -> None:
    sliced, parts = (Places(DEEP, is_json=True, is_plain=plain) for plain in (True, False))
    for at in ("a", "b/ü", "b/c/e", "b/c/f/g/1/0/h/0", "b/c/f/g/0", "i/0", "i/1", "j/1", "k"):
        pointer = read_pointer(f"/{at}")
        assert sliced.of(pointer) == parts.of(pointer)
        assert sliced.of_key(pointer) == parts.of_key(pointer)


def test_the_place_of_a_key() -> None:
    places = Places(YAML, is_json=False)
    assert places.of_key(("list", 0, "value")) == (6, 5)
    assert places.of_key(("list", 0)) == (5, 5)


def test_a_text_without_an_outline_has_no_places() -> None:
    assert Places("\x01", is_json=False).of(("a",)) is None


def test_a_bad_text_has_the_places_before_its_fault() -> None:
    assert Places("a: 1\nb: [1", is_json=False).of(("a",)) == (1, 4)


def test_pointers_are_read_as_they_are_written() -> None:
    at = ("a/b", "~", "0", "")
    assert read_pointer(write_pointer(at)) == at


def test_json_that_libyaml_reads_otherwise_has_its_places() -> None:
    text = f'{{"a"\n:\n1, "{"b" * 2000}": 2, "a": 3}}'
    places = Places(text, is_json=True)
    assert places.of(("a",)) == (3, 1)
    assert places.of(("b" * 2000,)) == (3, 2008)
