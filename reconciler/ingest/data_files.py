"""The data files of an ingestion as one stream of chunks: checked before anything is sent.

The same files, roots and limits make the same chunks with the same ids on any machine: that
is how another process resumes what a killed one began. Digests tell whether a file is still
the same. Each file is read twice: to its end before anything is sent, and then to send it.
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import BinaryIO, cast

from reconciler.data.coverage import Coverage
from reconciler.data.entries import DataError, DataFormat, RootEntry
from reconciler.data.reader import DataReader, open_data, read_data
from reconciler.data.stream import open_bytes, unreadable
from reconciler.ingest.chunks import Chunk, split_into_chunks
from reconciler.manifest.text.file import shown_path
from reconciler.mapping.preview import FindingCount
from reconciler.outcome.ingestions import DataFile, Ingestion
from reconciler.value import Value


class _Digested:
    """A file whose bytes are digested as they are read, so that one pass serves both."""

    def __init__(self, path: Path) -> None:
        self.file = shown_path(path)
        self._stream = open_bytes(path)
        self._sum = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        part = self._stream.read(size)
        self._sum.update(part)
        return part

    def digest(self) -> str:
        """Return `sha256:` and the digest of the whole file. Raises DataError."""
        try:
            while self.read(_BLOCK):
                pass
        except OSError as error:
            raise unreadable(self.file, error) from None
        return f"sha256:{self._sum.hexdigest()}"

    def entries(self, form: DataFormat | None, roots: frozenset[str]) -> DataReader:
        size = os.fstat(self._stream.fileno()).st_size
        stream = cast("BinaryIO", self)  # of which a reader only reads
        return read_data(stream, file=self.file, format=form, roots=roots, size=size)

    def close(self) -> None:
        self._stream.close()


_BLOCK = 256 * 1024

OnRead = Callable[[int], None]


class ChunkLimits(Value):
    """How large a chunk may be: `entries` of the roots, `size` in bytes of JSON."""

    entries: int
    size: int


class CheckedData(Value):
    """Data that can be sent, and their roots that no mapping reads."""

    ingestion: Ingestion
    unread: tuple[FindingCount, ...]


def check_data(
    paths: Sequence[Path | None],
    *,
    format_: DataFormat | None,
    coverage: Coverage,
    limits: ChunkLimits,
    on_update: OnRead = lambda _: None,
) -> CheckedData:
    """Read the files *paths* completely, and return what is to be sent of them.

    Standard input (None) can be read only once and is not checked. *on_update* receives the number
    of bytes read. Raises DataError for the first fault, or if *coverage* is of nothing.
    """
    files, before = [], 0
    for path in paths:
        if path is None:
            form = format_.value if format_ else None
            files.append(DataFile(path=None, format=form, digest=None, entries=None))
            continue
        with closing(_Digested(path)) as data:
            reading = data.entries(format_, coverage.roots)
            watched = _watched(reading, before, on_update, coverage)
            chunks = split_into_chunks(watched, most_entries=limits.entries, most_bytes=limits.size)
            entries = sum(chunk.entries for chunk in chunks)
            digest = data.digest()
        coverage.end(reading)
        before += reading.notes.bytes_read
        files.append(
            DataFile(
                path=str(path.absolute()),
                format=reading.format.value,
                digest=digest,
                entries=entries,
            )
        )
    ingestion = Ingestion(
        files=tuple(files),
        roots=tuple(sorted(coverage.roots)),
        most_entries=limits.entries,
        most_bytes=limits.size,
    )
    if None not in paths:
        coverage.check()
    return CheckedData(ingestion=ingestion, unread=coverage.unread())


def chunks_of(ingestion: Ingestion, *, execution: str) -> Iterator[Chunk]:
    """Yield the chunks of *ingestion* with the ids of *execution*.

    Raises DataError, at the latest at the end of a file that is not the one that was checked: what
    is digested are the bytes that were yielded, so nobody has to look at the file again.
    """
    return split_into_chunks(
        _entries(ingestion),
        most_entries=ingestion.most_entries,
        most_bytes=ingestion.most_bytes,
        execution=execution,
    )


def check_unchanged(ingestion: Ingestion) -> None:
    """Raise DataError if a file differs from the one that was checked."""
    for file in ingestion.files:
        if file.path is not None:
            with closing(_Digested(Path(file.path))) as data:
                _check_digest(file, data)


def _check_digest(file: DataFile, data: _Digested) -> None:
    if data.digest() != file.digest:
        raise DataError(f"{file.path} has changed since it was checked")


def _entries(ingestion: Ingestion) -> Iterator[RootEntry]:
    roots = frozenset(ingestion.roots)
    for file in ingestion.files:
        form = DataFormat(file.format) if file.format else None
        if file.path is None:
            with open_data(None, format=form, roots=roots) as reading:
                yield from reading
            continue
        with closing(_Digested(Path(file.path))) as data:
            yield from data.entries(form, roots)
            _check_digest(file, data)


def _watched(
    reading: DataReader, before: int, on_update: OnRead, coverage: Coverage
) -> Iterator[RootEntry]:
    for entry in reading:
        coverage.take(entry.root, entry.value)
        on_update(before + reading.notes.bytes_read)
        yield entry
