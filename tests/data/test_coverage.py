"""Data of which the mappings read nothing: one judge, one sentence, and what to do about it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.data.coverage import Coverage
from reconciler.data.reader import open_data
from reconciler.errors import DataError
from reconciler.mapping.mapper import Mapper
from tests.support.documents.mapped import ID, LABEL, fill, mapper, object_type, type_mapping

PLAIN = fill("id", part=True), fill("name")
ONE = mapper([object_type("t", ID, LABEL)], [type_mapping("t", "rows", *PLAIN)])
INNER = mapper([object_type("t", ID, LABEL)], [type_mapping("t", "rows.files", *PLAIN)])
TWO = mapper(
    [object_type("t", ID, LABEL), object_type("u", ID, LABEL)],
    [type_mapping("t", "rows", *PLAIN), type_mapping("u", "hosts", *PLAIN)],
)
WRAPS = 'the file wraps its roots in "{}": write {{"rows": […]}} without that'
FILES = 'they read: "rows.files.id", "rows.files.name"{}'

# The sentence → the mapper, the file, its text, and the hint; None where something is read.
CASES: dict[str, tuple[Mapper, str, str, str | None]] = {
    "a value": (ONE, "d.json", '{"rows": [{"id": 1}]}', None),
    "a value in the last entry only": (ONE, "d.json", '{"rows": [{}, {"ID": 1}, {"id": 1}]}', None),
    "a value of one root of two": (TWO, "d.json", '{"rows": [{"id": 1}], "others": []}', None),
    "a wrapper": (ONE, "d.json", '{"data": {"rows": [{"id": 1}]}}', WRAPS.format("data")),
    "a wrapper in YAML": (ONE, "d.yaml", "data: {rows: [{id: 1}]}", WRAPS.format("data")),
    "two wrappers": (
        ONE, "d.json", '{"ok": true, "result": {"data": {"rows": [{"id": 1}]}}}',
        WRAPS.format("result.data")),
    "chunks as NDJSON": (
        ONE, "d.ndjson", '{"data": {"rows": [{"id": 1}]}, "completed": false}\n' * 2,
        WRAPS.format("data")),
    "chunks as a list": (ONE, "d.json", '[{"data": {"rows": [{"id": 1}]}}]', WRAPS.format("data")),
    "chunks of two roots": (
        TWO, "d.ndjson", '{"data": {"rows": [{"id": 1}]}}\n',
        WRAPS.format("data")),
    "a wrapper of two roots": (
        TWO, "d.json", '{"data": {"rows": [{"id": 1}]}, "completed": true}', WRAPS.format("data")),
    "a root among other fields": (
        ONE, "d.ndjson", '{"rows": [{"id": 1}], "completed": false}\n',
        'the roots are among other fields: write {"rows": […]}, and nothing beside'),
    "the case of a root": (
        ONE, "d.json", '{"Rows": [{"id": 1}], "x": []}',
        'they read: "rows"; the data have: "Rows" (did you mean "rows"?), "x"'),
    "another root": (
        ONE, "d.json", '{"disks": [{"id": 1}]}', 'they read: "rows"; the data have: "disks"'),
    "many other roots": (
        ONE, "d.json", '{"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 1, "g": 1}',
        'they read: "rows"; the data have: "a", "b", "c", "d", "e", …'),
    "the case of the locators": (
        ONE, "d.csv", "ID\n1\n",
        'they read: "rows.id", "rows.name"; the data have: "rows.ID" (did you mean "rows.id"?)'),
    "the case within a selector": (
        INNER, "d.json", '{"rows": [{"Files": [{"id": 1}]}]}',
        FILES.format('; the data have: "rows.Files" (did you mean "rows.files"?)')),
    "only what is no object": (
        INNER, "d.json", '{"rows": [{"files": ["a"]}]}',
        FILES.format(", and find no entry")),
    "an empty root": (ONE, "d.json", '{"rows": []}', 'they read: "rows", and find no entry'),
    "an empty list": (ONE, "d.json", "[]", 'they read: "rows", and find no entry'),
    "a header alone": (ONE, "d.csv", "id,name\n", 'they read: "rows", and find no entry'),
    "no mapping": (mapper([], []), "d.json", '{"rows": []}', "add a mapping to the manifest"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_data_of_which_nothing_is_read(case: str, tmp_path: Path) -> None:
    read_by, name, text, hint = CASES[case]
    path = tmp_path / name
    path.write_text(text)
    assert _hint_of(lambda: _read(read_by, path).check()) == hint


# The text of two roots → what is said of those that no mapping reads.
HALF: dict[str, dict[str, str | None]] = {
    '{"rows": [{"id": 1}], "Hosts": [3]}': {"Hosts": 'did you mean "hosts"?'},
    '{"rows": [{"id": 1}], "host": [], "hosts": []}': {"host": 'did you mean "hosts"?'},
    '{"rows": [{"id": 1}], "others": [3]}': {"others": None},
    '{"rows": [{"id": 1}], "hosts": [{"id": 1}], "Hosts": [3]}': {"Hosts": None},
    '{"rows": [{"id": 1}], "data": {"hosts": []}}': {
        "data": 'the file wraps its roots in "data": write {"hosts": […]} without that'},
    '{"rows": [{"id": 1}], "data": {"rows": []}}': {"data": None},
}  # fmt: skip


@pytest.mark.parametrize("text", HALF)
def test_data_of_which_half_is_read(text: str, tmp_path: Path) -> None:
    path = tmp_path / "d.json"
    path.write_text(text)
    coverage = _read(TWO, path)
    coverage.check()
    assert {each.place: each.text for each in coverage.unread()} == HALF[text]


def _read(read_by: Mapper, path: Path) -> Coverage:
    coverage = Coverage(read_by)
    with open_data(path, format=None, roots=coverage.roots) as reading:
        for entry in reading:
            coverage.take(entry.root, entry.value)
    coverage.end(reading)
    return coverage


def _hint_of(judge: Callable[[], None]) -> str | None:
    try:
        judge()
    except DataError as error:
        return error.hint
    return None
