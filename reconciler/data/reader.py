"""A data file to its root entries: open it, determine its format, read it."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from reconciler.data.csv import csv_entries
from reconciler.data.entries import DataFormat, Notes, RootEntry
from reconciler.data.formats import format_of
from reconciler.data.json import json_entries
from reconciler.data.ndjson import ndjson_entries
from reconciler.data.roots import EveryRoot, Roots
from reconciler.data.stream import DataStream, data_stream, open_bytes, unreadable
from reconciler.data.yaml import yaml_entries
from reconciler.manifest.text.file import shown_path

_STDIN = "standard input"


class DataReader(Iterator[RootEntry]):
    """The root entries of one file in order, and what was noticed while reading."""

    def __init__(
        self,
        entries: Iterator[RootEntry],
        *,
        file: str,
        format: DataFormat,  # noqa: A002 - as the option is called
        notes: Notes,
        size: int | None = None,
    ) -> None:
        """Wrap the iterator of entries; *notes* is what it has noticed so far.

        *size* is the file's in bytes, if known.
        """
        self.file = file
        self.size = size
        self.format = format
        self._entries = entries
        self.notes = notes

    def __next__(self) -> RootEntry:
        """Return the next entry. Raises DataError if the file is malformed or unreadable."""
        try:
            return next(self._entries)
        except OSError as error:
            raise unreadable(self.file, error) from None


@contextmanager
def open_data(
    path: Path | None,
    *,
    format: DataFormat | None,  # noqa: A002 - as the option is called
    roots: frozenset[str] | str,
) -> Iterator[DataReader]:
    """Open the data file *path* (None: standard input) for the mappings that read *roots*.

    A text instead means all roots, where there is no mapping yet: what has none is of that one.
    Without a *format* the extension decides, otherwise the first bytes. Raises DataError.
    """
    if path is None:
        yield read_data(sys.stdin.buffer, file=_STDIN, format=format, roots=roots)
        return
    with open_bytes(path) as stream:
        size = os.fstat(stream.fileno()).st_size
        yield read_data(stream, file=shown_path(path), format=format, roots=roots, size=size)


def read_data(
    stream: BinaryIO,
    *,
    file: str,
    format: DataFormat | None,  # noqa: A002 - as the option is called
    roots: frozenset[str] | str,
    size: int | None = None,
) -> DataReader:
    """Return the entries of *stream*, which messages call *file*. Raises DataError."""
    notes = Notes()
    try:
        data = data_stream(stream, file=file, notes=notes)
    except OSError as error:
        raise unreadable(file, error) from None
    decided = format or format_of(data)
    read = (
        EveryRoot(roots, file=file, notes=notes)
        if isinstance(roots, str)
        else Roots(roots, file=file, notes=notes)
    )
    entries = _READERS[decided](data, read)
    return DataReader(entries, file=file, format=decided, notes=notes, size=size)


_READERS: Mapping[DataFormat, Callable[[DataStream, Roots], Iterator[RootEntry]]] = {
    DataFormat.JSON: json_entries,
    DataFormat.NDJSON: ndjson_entries,
    DataFormat.CSV: csv_entries,
    DataFormat.YAML: yaml_entries,
}
