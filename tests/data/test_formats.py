"""Each format of data is known by its files, read, offered and documented."""

import json
from pathlib import Path

import pytest

from reconciler.data.entries import DataFormat
from reconciler.data.formats import BY_EXTENSION
from tests.support.documents.data_files import entries
from tests.support.paths import ROOT

TWO = [{"a": "1"}, {"a": "2"}]
# The same two entries of one root, in each format.
WRITTEN = {
    DataFormat.JSON: json.dumps({"drives": TWO}),
    DataFormat.NDJSON: "".join(json.dumps({"drives": entry}) + "\n" for entry in TWO),
    DataFormat.CSV: "a\n1\n2\n",
    DataFormat.YAML: 'drives:\n- a: "1"\n- a: "2"\n',
}


@pytest.mark.parametrize("form", DataFormat)
def test_the_same_entries_are_read_of_each_format(form: DataFormat, tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_text(WRITTEN[form], encoding="utf-8")
    assert [value for _, value, _ in entries(path, form=form)] == TWO


def test_each_format_has_an_extension() -> None:
    assert set(BY_EXTENSION.values()) == set(DataFormat)


def test_each_format_is_named_where_data_are_explained() -> None:
    text = (ROOT / "docs/how-to/data.md").read_text(encoding="utf-8").lower()
    assert [form for form in DataFormat if form not in text] == []
