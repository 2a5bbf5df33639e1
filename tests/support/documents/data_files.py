"""Data files for tests: written, and read back as their entries or as the sentence of refusal."""

from pathlib import Path
from typing import Any

import pytest

from reconciler.data.entries import DataFormat, RootEntry
from reconciler.data.reader import open_data
from reconciler.errors import DataError

DRIVES = frozenset({"drives"})
TWO = frozenset({"drives", "hosts"})


def read(
    path: Path, roots: frozenset[str] = DRIVES, form: DataFormat | None = None
) -> list[RootEntry]:
    with open_data(path, format=form, roots=roots) as reading:
        return list(reading)


def entries(
    path: Path, roots: frozenset[str] = DRIVES, form: DataFormat | None = None
) -> list[tuple[str, Any, str]]:
    return [(each.root, each.value, each.place) for each in read(path, roots, form)]


def refusal(
    path: Path, roots: frozenset[str] = DRIVES, form: DataFormat | None = None
) -> tuple[str, str | None]:
    """Return the sentence without the directory of *path*, and the hint."""
    with pytest.raises(DataError) as caught:
        read(path, roots, form)
    return str(caught.value).replace(f"{path.parent.as_posix()}/", ""), caught.value.hint
