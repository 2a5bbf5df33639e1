"""A data file → its root entries: open it, find out how it is written, read it."""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from reconciler.ingest.entries import DataError, DataFormat, Notes, RootEntry
from reconciler.ingest.json_data import json_entries
from reconciler.ingest.json_values import JsonValues
from reconciler.ingest.ndjson_data import ndjson_entries
from reconciler.ingest.opened import Opened, opened
from reconciler.ingest.roots import Roots
from reconciler.manifest.source_text import shown_path

_STDIN = "standard input"


class Reading(Iterator[RootEntry]):
    """The root entries of one file in their order, and what else was seen on the way."""

    def __init__(self, entries: Iterator[RootEntry], *, format: DataFormat, notes: Notes) -> None:  # noqa: A002
        """Keep what yields the entries, and what it notes."""
        self.format = format
        self._entries = entries
        self._notes = notes

    def __next__(self) -> RootEntry:
        """Return the next entry. Raises DataError where the file is not what it should be."""
        return next(self._entries)

    @property
    def unread_roots(self) -> Counter[str]:
        """How many elements every root has, so far, that no mapping reads."""
        return self._notes.unread_roots

    @property
    def rounded(self) -> int:
        """How many numbers, so far, have more digits than 64 bits keep."""
        return self._notes.rounded


@contextmanager
def open_data(
    path: Path | None,
    *,
    format: DataFormat | None,  # noqa: A002 - as the option is called
    roots: frozenset[str],
) -> Iterator[Reading]:
    """Open the data file *path*, standard input for None, for the mappings that read *roots*.

    Without a *format* its extension decides, else how it begins. Raises DataError.
    """
    if path is None:
        yield read_data(sys.stdin.buffer, file=_STDIN, format=format, roots=roots)
        return
    file = shown_path(path)
    try:
        if path.is_dir():
            raise DataError(f"{file} is a directory, not a file")
        stream = path.open("rb", buffering=0)
    except FileNotFoundError:
        raise DataError(f"{file} does not exist") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the name is not valid"
        raise DataError(f"{file} cannot be read: {reason}") from None
    with stream:
        yield read_data(stream, file=file, format=format, roots=roots)


def read_data(
    stream: BinaryIO,
    *,
    file: str,
    format: DataFormat | None,  # noqa: A002 - as the option is called
    roots: frozenset[str],
) -> Reading:
    """Return what *stream* holds, which the user calls *file*. Raises DataError."""
    data = opened(stream, file=file)
    notes = Notes()
    decided = format or format_of(data)
    sorting = Roots(roots, file=file, notes=notes)
    match decided:
        case DataFormat.JSON:
            entries = json_entries(data, sorting, JsonValues(notes))
        case _:
            entries = ndjson_entries(data, sorting, JsonValues(notes))
    return Reading(entries, format=decided, notes=notes)


def format_of(data: Opened) -> DataFormat:
    """Return how *data* is written: by the name, else by its beginning. Raises DataError."""
    suffix = Path(data.file).suffix.lower()
    return DataFormat.NDJSON if suffix in {".ndjson", ".jsonl"} else DataFormat.JSON
