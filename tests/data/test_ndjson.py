"""NDJSON data: a line is an entry or a piece of a document; each fault names its line."""

from pathlib import Path
from typing import Any

import pytest

from reconciler.data.entries import LARGEST, SAVE_AS_UTF8
from tests.support.documents.data_files import DRIVES, TWO, entries, refusal

READ: dict[str, tuple[frozenset[str], str, list[tuple[str, Any, str]]]] = {
    "an entry a line": (
        DRIVES,
        '{"a": 1}\n{"a": 2}\n',
        [("drives", {"a": 1}, "line 1"), ("drives", {"a": 2}, "line 2")],
    ),
    "blank lines, CRLF, and no end of the last line": (
        DRIVES,
        '\r\n {"a": 1} \r\n\r\n{"a": 2}',
        [("drives", {"a": 1}, "line 2"), ("drives", {"a": 2}, "line 4")],
    ),
    "pieces of a document": (
        TWO,
        '{"drives": [{"a": 1}, {"a": 2}]}\n{"hosts": {"b": 1}}\n',
        [
            ("drives", {"a": 1}, "line 1, drives[0]"),
            ("drives", {"a": 2}, "line 1, drives[1]"),
            ("hosts", {"b": 1}, "line 2, hosts"),
        ],
    ),
    "the only root as key": (
        DRIVES,
        '{"drives": [{"a": 1}]}\n',
        [("drives", {"a": 1}, "line 1, drives[0]")],
    ),
    "the only root as one key of several": (
        DRIVES,
        '{"drives": [1], "b": 2}\n',
        [("drives", {"drives": [1], "b": 2}, "line 1")],
    ),
    "a line that is null": (DRIVES, 'null\n{"a": 1}\n', [("drives", {"a": 1}, "line 2")]),
}


@pytest.mark.parametrize("case", READ)
def test_ndjson_is_read_line_by_line(case: str, tmp_path: Path) -> None:
    roots, text, expected = READ[case]
    path = tmp_path / "d.ndjson"
    path.write_text(text, encoding="utf-8", newline="")
    assert entries(path, roots) == expected


JSON_HINT = "in NDJSON each line is a whole value; is it JSON? --data-format json"
REFUSED: dict[str, tuple[bytes, str, str | None]] = {
    "broken": (
        b'{"a": 1}\n{"\xc3\xa4": 1 "b"}\n',
        (
            "line 2, column 9 (byte 18): a comma or the end of the list or object is expected, "
            'not "\\""'
        ),
        None,
    ),
    "cut off": (
        b'{"a": 1}\n{"a": \n',
        "line 2, column 6 (byte 14): the line ends here, in the middle of a value",
        JSON_HINT,
    ),
    "JSON over several lines": (
        b"[\n{}\n]",
        "line 1, column 2 (byte 1): the line ends here, in the middle of a value",
        JSON_HINT,
    ),
    "two values on a line": (
        b'{"a": 1} {"a": 2}\n',
        'line 1, column 10 (byte 9): the value of this line has ended, and "{" follows',
        None,
    ),
    "a key twice": (b'{}\n{"a": 1, "a": 2}\n', 'line 2 has the key "a" twice in one object', None),
    "NaN": (b'{"a": NaN}', "line 1 holds NaN, which is no number of JSON", None),
    "text": (b'{}\n\n"x"\n', "line 3 is text, not an object", None),
    "a root that is a number": (
        b'{"drives": [5]}\n',
        "line 1, drives[0] is a number, not an object",
        None,
    ),
    "Latin-1": (
        b'{"a": 1}\n{"\xc3\xa4": "\xe4"}',
        "line 2, column 8 (byte 17): the byte 0xe4 is not UTF-8",
        SAVE_AS_UTF8,
    ),
    "a NUL byte": (
        b'{"a": 1}\n\0\n',
        "line 2, column 1 (byte 9): a NUL byte, so this is no text file",
        None,
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_wrong_is_one_sentence_with_its_line(case: str, tmp_path: Path) -> None:
    data, sentence, hint = REFUSED[case]
    path = tmp_path / "d.ndjson"
    path.write_bytes(data)
    assert refusal(path) == (f"d.ndjson: {sentence}", hint)


def test_with_several_roots_a_line_has_to_say_which(tmp_path: Path) -> None:
    path = tmp_path / "d.ndjson"
    path.write_text('{"drives": []}\n{"a": 1}\n')
    sentence = 'd.ndjson: line 2 has none of the keys "drives" or "hosts", which the mappings read'
    assert refusal(path, TWO)[0] == sentence


def test_a_line_of_two_gigabytes_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "d.ndjson"
    with path.open("wb") as file:
        file.write(b'{"a": 1}\n')
        file.truncate(2 * 1024**3)  # sparse: it takes no room on the disk
    said = "d.ndjson: line 2 is longer than 32 MiB, the most that is read at once"
    assert refusal(path) == (said, None)
    assert LARGEST == 32 * 1024**2
