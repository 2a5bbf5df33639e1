"""JSON data: the forms that it may have, and a sentence with a place for what is wrong."""

from pathlib import Path
from typing import Any

import pytest

from reconciler.data.entries import LARGEST, SAVE_AS_UTF8, DataFormat
from reconciler.data.reader import open_data
from tests.support.documents.data_files import DRIVES, TWO, entries, refusal

READ: dict[str, tuple[frozenset[str], str, list[tuple[str, Any, str]]]] = {
    "a root with a list": (
        DRIVES,
        '{"drives": [{"a": 1}, {"a": 2}]}',
        [("drives", {"a": 1}, "drives[0]"), ("drives", {"a": 2}, "drives[1]")],
    ),
    "a root with one object": (DRIVES, '{"drives": {"a": 1}}', [("drives", {"a": 1}, "drives")]),
    "roots in the order of the file": (
        TWO,
        '{"hosts": [{"b": 1}], "drives": [{"a": 1}]}',
        [("hosts", {"b": 1}, "hosts[0]"), ("drives", {"a": 1}, "drives[0]")],
    ),
    "a list of the only root's entries": (
        DRIVES,
        ' [{"a": 1}, {"a": 2}] ',
        [("drives", {"a": 1}, "[0]"), ("drives", {"a": 2}, "[1]")],
    ),
    "a list of pieces of a document": (
        TWO,
        '[{"hosts": [{"b": 1}]}, {"drives": {"a": 1}, "other": 1}]',
        [("hosts", {"b": 1}, "[0], hosts[0]"), ("drives", {"a": 1}, "[1], drives")],
    ),
    "a list of pieces for one root": (
        DRIVES,
        '[{"drives": [{"a": 1}]}]',
        [("drives", {"a": 1}, "[0], drives[0]")],
    ),
    "an entry whose one field is called as its root": (
        DRIVES,
        '[{"drives": 7}]',
        [("drives", {"drives": 7}, "[0]")],
    ),
    "a list in a list is an entry, for selectors flatten it": (
        DRIVES,
        '{"drives": [[{"a": 1}]]}',
        [("drives", [{"a": 1}], "drives[0]")],
    ),
    "a root whose key has dots": (
        DRIVES,
        '{"drives.files": [{"a": 1}]}',
        [("drives.files", {"a": 1}, "drives.files[0]")],
    ),
    "null and empty roots": (TWO, '{"drives": null, "hosts": []}', []),
    "null among the elements": (
        DRIVES,
        '{"drives": [null, {"a": 1}]}',
        [("drives", {"a": 1}, "drives[1]")],
    ),
    "an empty object": (DRIVES, "{}", []),
    "an empty list": (DRIVES, "[\n]\n", []),
    "numbers as they are": (
        DRIVES,
        '[{"a": 123456789012345678901234567890, "b": 0.1, "c": -1E3, "d": 1.0}]',
        [
            (
                "drives",
                {"a": 123456789012345678901234567890, "b": 0.1, "c": -1000.0, "d": 1.0},
                "[0]",
            )
        ],
    ),
    "a pair of surrogates": (DRIVES, r'[{"a": "\ud83d\ude00"}]', [("drives", {"a": "😀"}, "[0]")]),
}


@pytest.mark.parametrize("case", READ)
def test_json_is_read_as_root_entries(case: str, tmp_path: Path) -> None:
    roots, text, expected = READ[case]
    path = tmp_path / "d.json"
    path.write_text(text, encoding="utf-8")
    assert entries(path, roots) == expected


NDJSON_HINT = "if each line is a value of its own, it is NDJSON: --data-format ndjson"
TWO_HINT = 'write the data as objects whose keys are these roots: {"drives": […]}'
REFUSED: dict[str, tuple[str, str]] = {
    "broken between elements": (
        '{"drives": [\n  {"a": 1}\n  {"a": 2}]}',
        'line 3, column 3 (byte 26): a comma or the end of the list is expected, not "{"',
    ),
    "broken in an element": (
        '{"drives": [{"ä": 1 "b"}]}',
        (
            "line 1, column 21 (byte 21): a comma or the end of the list or object is expected, "
            'not "\\""'
        ),
    ),
    "a value that is none": (
        '{"drives": [{"a": nope}, {"b": 0}]}',
        'line 1, column 19 (byte 18): a value is expected, not "n"',
    ),
    "a comma too many in a list": (
        '{"drives": [{"a": 1},]}',
        'line 1, column 22 (byte 21): a value is expected, not "]"',
    ),
    "a comma too many in the document": (
        '{"drives": [],}',
        'line 1, column 15 (byte 14): a key in double quotes is expected, not "}"',
    ),
    "no colon": (
        '{"drives" [1]}',
        'line 1, column 11 (byte 10): a colon is expected, not "["',
    ),
    "no comma between roots": (
        '{"drives": [] "hosts": []}',
        'line 1, column 15 (byte 14): a comma or the end of the object is expected, not "\\""',
    ),
    "a key without quotes": (
        "{drives: []}",
        'line 1, column 2 (byte 1): a key in double quotes is expected, not "d"',
    ),
    "cut off in an element": (
        '{"drives": [{"a": 1},\n{"a":',
        "line 2, column 6 (byte 27): the file ends here, in the middle of a value",
    ),
    "cut off between elements": (
        '{"drives": [{"a": 1}',
        "line 1, column 21 (byte 20): the file ends here, in the middle of a value",
    ),
    "cut off in a string": (
        '{"drives": [{"a": "x',
        "line 1, column 19 (byte 18): the string that begins here has no end",
    ),
    "cut off after a root": (
        '{"drives"',
        "line 1, column 10 (byte 9): the file ends here, in the middle of a value",
    ),
    "something behind it": (
        '{"drives": []}\n{"drives": []}',
        'line 2, column 1 (byte 15): the value has ended, and "{" follows',
    ),
    "a line end in a string": (
        '[{"a": "x\ny"}]',
        'line 1, column 10 (byte 9): the control character "\\n" has to be escaped',
    ),
    "a NUL byte": (
        '[{"a": \0}]',
        'line 1, column 8 (byte 7): a value is expected, not "\\x00"',
    ),
    "an unknown escape": (
        r'[{"a": "\x20"}]',
        "line 1, column 9 (byte 8): this is none of JSON's escapes",
    ),
    "not JSON at all": ("drives", 'line 1, column 1 (byte 0): a value is expected, not "d"'),
}
REFUSED_VALUES: dict[str, tuple[str, str]] = {
    "a key twice": (
        '[{"a": 1},\n {"b": {"a": 1, "a": 2}}]',
        'd.json: [1], line 2 has the key "a" twice in one object',
    ),
    "a root twice": (
        '{"drives": [], "x": 1, "drives": []}',
        'd.json: the root "drives" is there twice',
    ),
    "NaN": (
        '{"drives": [{"a": NaN}]}',
        "d.json: drives[0], line 1 holds NaN, which is no number of JSON",
    ),
    "infinity": (
        '[{"a": -Infinity}]',
        "d.json: [0], line 1 holds -Infinity, which is no number of JSON",
    ),
    "a number beyond 64 bits": (
        '[{"a": 1e999}]',
        "d.json: [0], line 1 holds the number 1e999, which 64 bits cannot hold",
    ),
    "a number of 5000 digits": (
        f'[{{"a": {"9" * 5000}}}]',
        "d.json: [0], line 1 holds a whole number of thousands of digits",
    ),
    "half a surrogate pair": (
        r'[{"a": "\ud800"}]',
        "d.json: [0], line 1 holds half of a surrogate pair, which UTF-8 cannot hold",
    ),
    "200 levels": (
        f"[{'[' * 200}{']' * 200}]",
        "d.json: [0], line 1 is nested more than 128 levels",
    ),
    "100,000 levels": (
        "[" * 100_000,
        "d.json: [0], line 1 is nested more than 128 levels",
    ),
    "a root that is text": ('{"drives": "C"}', "d.json: drives is text, not an object"),
    "an element that is a number": (
        '{"drives": [{}, 5]}',
        "d.json: drives[1] is a number, not an object",
    ),
    "an element that is true": ("[true]", "d.json: [0] is true or false, not an object"),
    "a file that is text": (
        '"drives"',
        "d.json is neither a list nor an object, so it has no entries",
    ),
    "a file that is null": (
        "null",
        "d.json is neither a list nor an object, so it has no entries",
    ),
}


@pytest.mark.parametrize("case", REFUSED | REFUSED_VALUES)
def test_what_is_wrong_is_one_sentence_with_its_place(case: str, tmp_path: Path) -> None:
    text, sentence = (REFUSED | REFUSED_VALUES)[case]
    path = tmp_path / "d.json"
    path.write_text(text, encoding="utf-8", newline="")
    expected = f"d.json: {sentence}" if case in REFUSED else sentence
    assert refusal(path)[0] == expected


def test_ndjson_that_is_called_json_is_told_how_to_be_read(tmp_path: Path) -> None:
    path = tmp_path / "d.json"
    path.write_text('{"a": 1}\n{"a": 2}\n')
    assert refusal(path)[1] == NDJSON_HINT
    assert len(entries(path, form=DataFormat.NDJSON)) == 2


def test_with_several_roots_an_element_has_to_say_which(tmp_path: Path) -> None:
    path = tmp_path / "d.json"
    path.write_text('[{"drives": []}, {"a": 1}]')
    sentence = 'd.json: [1] has none of the keys "drives" or "hosts", which the mappings read'
    assert refusal(path, TWO) == (sentence, TWO_HINT)
    path.write_text("[7]")
    sentence = 'd.json: [0] is of none of the roots "drives" or "hosts", which the mappings read'
    assert refusal(path, TWO) == (sentence, TWO_HINT)


def test_without_a_mapping_no_list_has_a_root(tmp_path: Path) -> None:
    path = tmp_path / "d.json"
    path.write_text("[{}]")
    said = ("d.json: no mapping reads any data", "add a mapping to the manifest")
    assert refusal(path, frozenset()) == said


def test_entries_before_the_fault_come_first(tmp_path: Path) -> None:
    path = tmp_path / "d.json"
    path.write_text('{"drives": [{"a": 1}, {"a": }]}')
    with open_data(path, format=None, roots=DRIVES) as reading:
        assert next(reading).value == {"a": 1}


def test_what_no_mapping_reads_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "d.json"
    path.write_text(
        '{"version": 1, "hosts": [{}, 5, {}], "site": {"a": []}, "drives": [{}], "no": []}'
    )
    with open_data(path, format=None, roots=DRIVES) as reading:
        assert len(list(reading)) == 1
        assert reading.notes.unread_roots == {"version": 1, "hosts": 3, "site": 1, "no": 0}


def test_a_byte_that_is_not_utf8_has_its_place(tmp_path: Path) -> None:
    path = tmp_path / "d.json"
    path.write_bytes('[{"ä": 1},\n {"b": "'.encode() + b"\xe9" + b'"}]')
    said = "d.json: line 2, column 9 (byte 20): the byte 0xe9 is not UTF-8"
    assert refusal(path) == (said, SAVE_AS_UTF8)
    path.write_bytes(b'[{"a": "\xc3')
    said = "d.json: line 1, column 9 (byte 8): the byte 0xc3 is not UTF-8"
    assert refusal(path) == (said, SAVE_AS_UTF8)


def test_places_are_right_far_behind_the_beginning(tmp_path: Path) -> None:
    path = tmp_path / "d.json"
    row = b'{"name": "\xc3\xa4\xc3\xb6\xc3\xbc and more of it", "n": 1},\n'
    text = b"\xef\xbb\xbf[\n" + row * 20_000
    path.write_bytes(text + b' {"n": x}]')
    place = f"line {20_002}, column 8 (byte {len(text) + 7})"
    assert refusal(path)[0] == f'd.json: {place}: a value is expected, not "x"'


def test_an_element_too_large_for_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "d.json"
    with path.open("wb") as file:
        file.write(b'{"drives": [{"a": 1}, {"a": "')
        for _ in range(LARGEST // 1024**2 + 1):
            file.write(b"x" * 1024**2)
    said = "d.json: drives[1] is longer than 32 MiB, the most that is read at once"
    assert refusal(path) == (said, None)
