"""CSV to root entries: the first row names the fields, every value is text.

The separator has to be inferred. One that occurs unquoted in the header may be part of a
name, so of several candidates the separator is the one that gives every row as many cells as
the header. If the rows do not decide either, the file is refused rather than guessed at.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import PurePath

from reconciler.data.entries import DataError, RootEntry
from reconciler.data.roots import Roots
from reconciler.data.stream import DataStream, lines_of
from reconciler.manifest.wording import quote
from reconciler.model.display import count

_CALLED = {",": "comma", ";": "semicolon", "\t": "tab"}
_MOST_ROWS = 200


def separator_of(data: DataStream) -> str:
    """Return the separator, comma if there is none. Raises DataError if it is ambiguous."""
    if PurePath(data.file).suffix.lower() == ".tsv":
        return "\t"
    tables = {each: _table(data, each) for each in _CALLED}
    widths = {each: len(table[0]) for each, table in tables.items() if table}
    possible = [each for each, width in widths.items() if width > 1]
    if len(possible) > 1:
        fitting = [each for each in possible if _fits(tables[each])]
        if len(fitting) > 1:
            raise _ambiguous(data.file, fitting)
        possible = fitting or possible
    return max(possible, key=lambda each: widths[each], default=",")


def _table(data: DataStream, separator: str) -> list[list[str]]:
    """Return the rows that are complete in the head, up to the first that cannot be parsed."""
    lines = [*io.StringIO(data.head.decode(errors="replace"), newline="\n")]
    if not data.head_is_all:
        del lines[-1:]
    rows: list[list[str]] = []
    try:
        for row in islice(csv.reader(lines, delimiter=separator, strict=True), _MOST_ROWS):
            rows += [row] if row else []
    except csv.Error as error:
        is_cut = str(error).startswith("unexpected end") and not data.head_is_all
        if rows and not is_cut:
            rows.append([])  # a row that matches no header
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


# The standard library's messages, and ours in their place.
_SAID = {
    "field larger": f"a cell has more than {csv.field_size_limit():,} characters",
    "unexpected end": "the file ends within quotes",
    "new-line character": "a carriage return stands outside of quotes",
}
_UNCLOSED = "a quote that is not closed takes all that follows into its cell"


def csv_entries(data: DataStream, roots: Roots) -> Iterator[RootEntry]:
    """Yield an entry of the only root for each row. Raises DataError for a malformed row."""
    root = roots.only("a CSV file")
    rows = _rows(data)
    _, names = next(rows, (0, []))
    _check_header(names, data.file)
    for number, cells in rows:
        place = f"line {number}"
        if len(cells) != len(names):
            raise DataError(
                f"{data.file}: {place} has {count(len(cells), 'cell')}, "
                f"the header has {len(names)}",
                place=place,
            )
        yield RootEntry(root=root, value=dict(zip(names, cells, strict=True)), place=place)


def _rows(data: DataStream) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not blank, each with the number of its first line."""
    texts = (line.text for line in lines_of(data))
    reader = csv.reader(texts, delimiter=separator_of(data), strict=True)
    while True:
        number = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _broken(str(error), f"line {number}", data.file) from None
        if row:
            yield number, row


def _broken(message: str, place: str, file: str) -> DataError:
    text = next((ours for theirs, ours in _SAID.items() if message.startswith(theirs)), None)
    if text is None:
        text = "a closing quote is followed by something else than the separator"
    return DataError(
        f"{file}: {place}: {text}",
        place=place,
        hint=None if "carriage" in text else _UNCLOSED,
    )


def _check_header(names: list[str], file: str) -> None:
    if not names:
        raise DataError(f"{file} is empty")
    for number, name in enumerate(names, start=1):
        if not name.strip():
            raise _header(file, f"the header has no name for column {number}")
    (name, count), *_ = Counter(names).most_common(1)
    if count > 1:
        raise _header(file, f"the header names column {quote(name)} twice")


def _header(file: str, text: str) -> DataError:
    return DataError(
        f"{file}: {text}",
        place="line 1",
        hint="the first row of a CSV file has to name every column",
    )
