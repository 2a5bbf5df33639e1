"""Data files: however a text is cut into blocks or written down, the entries are the same."""

import csv
import io
import json
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reconciler.data.entries import DataFormat, Notes
from reconciler.data.json import json_entries
from reconciler.data.reader import read_data
from reconciler.data.roots import Roots
from reconciler.data.stream import data_stream
from reconciler.errors import DataError

ROOTS = frozenset({"drives", "hosts"})
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
)
VALUES = st.recursive(
    SCALARS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(TEXTS, below, max_size=3),
    max_leaves=10,
)
OBJECTS = st.dictionaries(TEXTS, VALUES, max_size=4)
DOCUMENTS = st.dictionaries(
    st.sampled_from(["drives", "hosts", "others"]), st.lists(OBJECTS, max_size=4) | OBJECTS
)
INDENTS = st.none() | st.integers(0, 2)


def in_blocks(text: bytes, block: int) -> list[tuple[str, Any, str]]:
    notes = Notes()
    data = data_stream(io.BytesIO(text), file="d.json", notes=notes)
    roots = Roots(ROOTS, file="d.json", notes=notes)
    found = json_entries(data, roots, block=block)
    return [(each.root, each.value, each.place) for each in found]


def outcome(text: bytes, block: int) -> list[tuple[str, Any, str]] | str:
    try:
        return in_blocks(text, block)
    except DataError as error:
        return str(error)


def expected(document: dict[str, Any]) -> list[tuple[str, Any, str]]:
    out = []
    for root, value in document.items():
        if root in ROOTS and isinstance(value, list):
            out += [(root, each, f"{root}[{at}]") for at, each in enumerate(value)]
        elif root in ROOTS:
            out.append((root, value, root))
    return out


@given(document=DOCUMENTS, indent=INDENTS, ascii_only=st.booleans(), block=st.integers(1, 40))
def test_json_is_the_same_in_blocks_of_any_size(
    *, document: dict[str, Any], indent: int | None, ascii_only: bool, block: int
) -> None:
    text = json.dumps(document, indent=indent, ensure_ascii=ascii_only).encode()
    assert in_blocks(text, block) == expected(document)


@given(
    document=DOCUMENTS,
    indent=INDENTS,
    block=st.integers(1, 40),
    cut=st.integers(0, 10_000),
    put=st.sampled_from(b'{}[],:"\\ 0-.eEnNt\n\0\xc3\xa4\xff') | st.none(),
)
def test_broken_json_is_refused_alike_in_blocks_of_any_size(
    document: dict[str, Any], indent: int | None, block: int, cut: int, put: int | None
) -> None:
    text = json.dumps(document, indent=indent, ensure_ascii=False).encode()
    cut %= len(text)
    broken = text[:cut] if put is None else text[:cut] + bytes([put]) + text[cut + 1 :]
    assert outcome(broken, block) == outcome(broken, 1024**2)


def test_a_number_that_is_too_large_is_told_alike_in_blocks_of_any_size() -> None:
    said = "d.json: drives[0], line 1 holds the number 1.5e400123, which 64 bits cannot hold"
    found = {outcome(b'{"drives": [{"a": 1.5e400123}]}', block) for block in range(1, 40)}
    assert found == {said}


@given(text=st.text('{}[],:"\\ 0-.eNtrue\n', max_size=30) | st.text(max_size=10))
def test_json_is_refused_just_where_the_standard_library_refuses_it(text: str) -> None:
    data = text.encode("utf-8", "replace")
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        assert isinstance(outcome(data, 7), str)
    else:
        found = outcome(data, 7)
        assert isinstance(found, str) or isinstance(value, dict | list)


# "drives" alone would be a root, and YAML as it is read here has no key "<<" (merge keys).
@given(
    rows=st.lists(OBJECTS, max_size=6).filter(
        lambda rows: "<<" not in str(rows) and all("drives" not in row for row in rows)
    )
)
def test_a_list_is_the_same_in_json_ndjson_and_yaml(rows: list[dict[str, Any]]) -> None:
    lines = "\n".join(map(json.dumps, rows)) + "\n"
    written = {
        DataFormat.JSON: json.dumps(rows),
        DataFormat.YAML: _PAIR.sub(_as_yaml, json.dumps(rows)),
    } | ({DataFormat.NDJSON: lines} if rows else {})
    for form, text in written.items():
        assert values(text, form) == rows


# JSON writes a character beyond U+FFFF as two halves, which YAML refuses (`\\U` is its way).
_PAIR = re.compile(r"\\u(d[89ab]..)\\u(d[c-f]..)")


def _as_yaml(pair: re.Match[str]) -> str:
    character = bytes.fromhex(pair[1] + pair[2]).decode("utf-16-be")
    return f"\\U{ord(character):08x}"


NAMES = st.text('abc ä;,"\n', min_size=1, max_size=4).filter(str.strip)
CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=6)


@given(data=st.data(), separator=st.sampled_from(",;\t"))
def test_csv_gives_the_text_that_was_written(data: st.DataObject, separator: str) -> None:
    names = data.draw(st.lists(NAMES, min_size=2, max_size=4, unique=True))
    row = st.lists(CELLS, min_size=len(names), max_size=len(names))
    rows = data.draw(st.lists(row, max_size=4))
    file = io.StringIO()
    writer = csv.writer(file, delimiter=separator)
    writer.writerows([names, *rows])
    expected = [dict(zip(names, each, strict=True)) for each in rows]
    try:
        found: list[Any] | str = values(file.getvalue(), DataFormat.CSV)
    except DataError as error:
        found = str(error)
    others = [each for each in ",;\t" if each != separator and each in "".join(names)]
    assert found == expected or (others and "what separates the columns" in found)


def values(text: str, form: DataFormat) -> list[Any]:
    stream = io.BytesIO(text.encode())
    reading = read_data(stream, file="d", format=form, roots=frozenset({"drives"}))
    return [each.value for each in reading]
