"""CSV to root entries: the first row names the fields, every value is text."""

import csv
from collections import Counter
from collections.abc import Iterator

from reconciler.ingest.entries import DataError, RootEntry
from reconciler.ingest.lines import lines_of
from reconciler.ingest.opened import Opened
from reconciler.ingest.roots import Roots
from reconciler.ingest.separators import separator_of
from reconciler.manifest.wording import shown

# What the standard library says, and what we say for it.
_SAID = {
    "field larger": f"a cell has more than {csv.field_size_limit():,} characters",
    "unexpected end": "the file ends within quotes",
    "new-line character": "a carriage return stands outside of quotes",
}
_UNCLOSED = "a quote that is not closed takes all that follows into its cell"


def csv_entries(opened: Opened, roots: Roots) -> Iterator[RootEntry]:
    """Yield an entry of the only root for each row. Raises DataError where a row does not fit."""
    root = roots.only("a CSV file")
    rows = _rows(opened)
    _, names = next(rows, (0, []))
    _check_header(names, opened.file)
    for number, cells in rows:
        place = f"line {number}"
        if len(cells) != len(names):
            raise DataError(
                f"{opened.file}: {place} has {_cells(len(cells))}, the header has {len(names)}",
                place=place,
            )
        yield RootEntry(root=root, value=dict(zip(names, cells, strict=True)), place=place)


def _rows(opened: Opened) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not blank, each with the number of its first line."""
    texts = (line.text for line in lines_of(opened))
    reader = csv.reader(texts, delimiter=separator_of(opened), strict=True)
    while True:
        number = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _broken(str(error), f"line {number}", opened.file) from None
        if row:
            yield number, row


def _broken(message: str, place: str, file: str) -> DataError:
    said = next((ours for theirs, ours in _SAID.items() if message.startswith(theirs)), None)
    if said is None:
        said = "a closing quote is followed by something else than the separator"
    return DataError(
        f"{file}: {place}: {said}",
        place=place,
        hint=None if "carriage" in said else _UNCLOSED,
    )


def _check_header(names: list[str], file: str) -> None:
    if not names:
        raise DataError(f"{file} is empty")
    for number, name in enumerate(names, start=1):
        if not name.strip():
            raise _header(file, f"the header has no name for column {number}")
    (name, count), *_ = Counter(names).most_common(1)
    if count > 1:
        raise _header(file, f"the header names column {shown(name)} twice")


def _header(file: str, text: str) -> DataError:
    return DataError(
        f"{file}: {text}",
        place="line 1",
        hint="the first row of a CSV file has to name every column",
    )


def _cells(count: int) -> str:
    return f"{count} cell{'' if count == 1 else 's'}"
