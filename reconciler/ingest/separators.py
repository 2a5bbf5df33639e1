"""What separates the cells of a CSV file, which nothing in the file says.

A separator that stands in the header outside of quotes may be a part of a name, so where
there are several, it is the one by which every row has as many cells as the header.
Where the rows do not tell either, nobody can, and it is refused rather than guessed.
"""

import csv
import io
from itertools import islice
from pathlib import PurePath

from reconciler.ingest.entries import DataError
from reconciler.ingest.opened import Opened

_CALLED = {",": "comma", ";": "semicolon", "\t": "tab"}
_MOST_ROWS = 200


def separator_of(opened: Opened) -> str:
    """Return the separator; the comma where there is none. Raises DataError where two fit alike."""
    if PurePath(opened.file).suffix.lower() == ".tsv":
        return "\t"
    tables = {each: _table(opened, each) for each in _CALLED}
    widths = {each: len(table[0]) for each, table in tables.items() if table}
    possible = [each for each, width in widths.items() if width > 1]
    if len(possible) > 1:
        fitting = [each for each in possible if _fits(tables[each])]
        if len(fitting) > 1:
            raise _ambiguous(opened.file, fitting)
        possible = fitting or possible
    return max(possible, key=lambda each: widths[each], default=",")


def _table(opened: Opened, separator: str) -> list[list[str]]:
    """Return the rows that the head holds wholly, up to the first that cannot be read."""
    lines = [*io.StringIO(opened.head.decode(errors="replace"), newline="\n")]
    if not opened.head_is_all:
        del lines[-1:]
    rows: list[list[str]] = []
    try:
        for row in islice(csv.reader(lines, delimiter=separator, strict=True), _MOST_ROWS):
            rows += [row] if row else []
    except csv.Error as error:
        is_cut = str(error).startswith("unexpected end") and not opened.head_is_all
        if rows and not is_cut:
            rows.append([])  # a row that fits no header
    return rows


def _fits(rows: list[list[str]]) -> bool:
    names = rows[0]
    is_header = all(map(str.strip, names)) and len(set(names)) == len(names)
    return is_header and all(len(row) == len(names) for row in rows)


def _ambiguous(file: str, separators: list[str]) -> DataError:
    called = [_CALLED[each] for each in separators]
    return DataError(
        f"{file}: line 1: what separates the columns may be the {' or the '.join(called)}",
        place="line 1",
        hint="put the names that hold one of them in quotes; in a file called .tsv it is the tab",
    )
