"""CSV data: the first row names the fields, every value is text, each fault names its line."""

from pathlib import Path

import pytest

from reconciler.data.entries import SAVE_AS_UTF8
from tests.support.documents.data_files import DRIVES, TWO, entries, refusal

READ: dict[str, tuple[str, list[dict[str, str]]]] = {
    "commas": ("a,b\n1,\n,x y\n", [{"a": "1", "b": ""}, {"a": "", "b": "x y"}]),
    "semicolons, as spreadsheets write them": ("a;b\r\n1,5;2\r\n", [{"a": "1,5", "b": "2"}]),
    "tabs": ("a\tb\n1\t2,3;4\n", [{"a": "1", "b": "2,3;4"}]),
    "one column": ("a\n1\n", [{"a": "1"}]),
    "separators in quoted names": ('"a;b;c",d\n1,2\n', [{"a;b;c": "1", "d": "2"}]),
    "another separator in a name": ("a;b\tc\n1\t2\n", [{"a;b": "1", "c": "2"}]),
    "a comma in a name, and in a number": (
        "n;EUR, net\n1;2\n3;4,5\n",
        [{"n": "1", "EUR, net": "2"}, {"n": "3", "EUR, net": "4,5"}],
    ),
    "a line end in a name": ('"a\nb";"c, d"\n1;2\n', [{"a\nb": "1", "c, d": "2"}]),
    "one column that is named with a separator": ("a;b\n", []),
    "quotes and line ends in a cell": (
        'a,b\n"say ""x""","1\n2"\n',
        [{"a": 'say "x"', "b": "1\n2"}],
    ),
    "blank lines": ("\na,b\n\n1,2\n\n", [{"a": "1", "b": "2"}]),
    "nothing but a header": ("a,b\n", []),
    "no end of the last line": ("a,b\n1,2", [{"a": "1", "b": "2"}]),
    "text that looks like something else": (
        "a,b,c\n1,true,null\n",
        [{"a": "1", "b": "true", "c": "null"}],
    ),
}


@pytest.mark.parametrize("case", READ)
def test_csv_is_read_as_entries_of_text(case: str, tmp_path: Path) -> None:
    text, expected = READ[case]
    path = tmp_path / "d.csv"
    path.write_text(text, encoding="utf-8", newline="")
    found = entries(path)
    assert [value for _, value, _ in found] == expected
    assert {root for root, _, _ in found} <= DRIVES


def test_a_file_called_tsv_is_separated_by_tabs(tmp_path: Path) -> None:
    path = tmp_path / "d.tsv"
    path.write_text("a,b;c\td,e\n1\t2\n")
    assert [value for _, value, _ in entries(path)] == [{"a,b;c": "1", "d,e": "2"}]


def test_rows_beyond_the_head_do_not_tell_the_separator(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_text("a;b,c\n" + "1,2;3\n" * 20_000)
    assert refusal(path)[0].startswith("d.csv: line 1: what separates")
    path.write_text("a;b,c\n" + "1,2\n" * 20_000)
    assert next(iter(entries(path)))[1] == {"a;b": "1", "c": "2"}


def test_a_row_is_named_by_its_first_line(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_text('a,b\n1,"x\ny"\n\n2,3\n')
    assert [place for _, _, place in entries(path)] == ["line 2", "line 5"]


HEADER_HINT = "the first row of a CSV file has to name every column"
QUOTE_HINT = "a quote that is not closed takes all that follows into its cell"
REFUSED: dict[str, tuple[bytes, str, str | None]] = {
    "a header with a gap": (b"a,,c\n1,2,3\n", "the header has no name for column 2", HEADER_HINT),
    "a header that is blank": (b" \n1\n", "the header has no name for column 1", HEADER_HINT),
    "a comma behind the header": (
        b"a,b,\n1,2,\n",
        "the header has no name for column 3",
        HEADER_HINT,
    ),
    "a name twice": (b"a,b,a\n1,2,3\n", 'the header names column "a" twice', HEADER_HINT),
    "a header with two separators": (
        b"a;b,c\n1;2,3\n",
        "line 1: what separates the columns may be the comma or the semicolon",
        "put the names that hold one of them in quotes; in a file called .tsv it is the tab",
    ),
    "a row that does not fit, by any separator": (
        b"a;b;c,d\n1;2\n",
        "line 2 has 2 cells, the header has 3",
        None,
    ),
    "a cell too many": (b"a,b\n1,2\n\n1,2,3\n", "line 4 has 3 cells, the header has 2", None),
    "a cell too few": (b"a,b\n1\n", "line 2 has 1 cell, the header has 2", None),
    "a quote that is never closed": (
        b'a,b\n1,"2\n3,4\n',
        "line 2: the file ends within quotes",
        QUOTE_HINT,
    ),
    "something behind a closing quote": (
        b'a,b\n"1"x,2\n',
        "line 2: a closing quote is followed by something else than the separator",
        QUOTE_HINT,
    ),
    "a cell of any length": (
        b'a,b\n1,"' + b"x" * 131_073 + b'"\n',
        "line 2: a cell has more than 131,072 characters",
        QUOTE_HINT,
    ),
    "lone carriage returns": (
        b"a,b\r1,2\r",
        "line 1: a carriage return stands outside of quotes",
        None,
    ),
    "Latin-1": (
        b"a,b\n1,Gr\xf6\xdfe\n",
        "line 2, column 5 (byte 8): the byte 0xf6 is not UTF-8",
        SAVE_AS_UTF8,
    ),
    "a NUL byte": (
        b"a,b\n1,\0\n",
        "line 2, column 3 (byte 6): a NUL byte, so this is no text file",
        None,
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_wrong_is_one_sentence_with_its_line(case: str, tmp_path: Path) -> None:
    data, sentence, hint = REFUSED[case]
    path = tmp_path / "d.csv"
    path.write_bytes(data)
    assert refusal(path) == (f"d.csv: {sentence}", hint)


def test_csv_has_one_root(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_text("a\n1\n")
    said = 'd.csv: a CSV file is of none of the roots "drives" or "hosts", which the mappings read'
    assert refusal(path, TWO)[0] == said
