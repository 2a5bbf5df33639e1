"""The data files of an ingestion as one stream of chunks: checked before anything is sent.

The same files, roots and limits make the same chunks with the same ids on any machine: that
is how another process resumes what a killed one began. Digests tell whether a file is still
the same.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from reconciler.data.coverage import Coverage
from reconciler.data.entries import DataError, DataFormat, RootEntry
from reconciler.data.reader import DataReader, open_data
from reconciler.data.stream import open_bytes, unreadable
from reconciler.ingest.chunks import Chunk, split_into_chunks
from reconciler.manifest.text.file import shown_path
from reconciler.outcome.ingestions import DataFile, Ingestion


def digest_of(path: Path) -> str:
    """Return `sha256:` and the hex digest of the bytes of *path*, streamed. Raises DataError."""
    file = shown_path(path)
    with open_bytes(path) as stream:
        try:
            return f"sha256:{hashlib.file_digest(stream, 'sha256').hexdigest()}"
        except OSError as error:
            raise unreadable(file, error) from None


OnRead = Callable[[int], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How large a chunk may be: `entries` of the roots, `size` in bytes of JSON."""

    entries: int
    size: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckedData:
    """Data that can be sent. `unread` counts the elements of each root that no mapping reads."""

    ingestion: Ingestion
    unread: Counter[str]


def check_data(
    paths: Sequence[Path | None],
    *,
    format_: DataFormat | None,
    coverage: Coverage,
    limits: Limits,
    on_update: OnRead = lambda _: None,
) -> CheckedData:
    """Read the files *paths* completely, and return what is to be sent of them.

    Standard input (None) can be read only once and is not checked. *on_update* receives the number
    of bytes read. Raises DataError for the first fault, or if *coverage* is of nothing.
    """
    unread: Counter[str] = Counter()
    files, before = [], 0
    for path in paths:
        if path is None:
            form = format_.value if format_ else None
            files.append(DataFile(path=None, format=form, digest=None, entries=None))
            continue
        with open_data(path, format=format_, roots=coverage.roots) as reading:
            watched = _watched(reading, before, on_update, coverage)
            chunks = split_into_chunks(watched, most_entries=limits.entries, most_bytes=limits.size)
            entries = sum(chunk.entries for chunk in chunks)
        coverage.end(reading)
        unread += reading.unread_roots
        before += reading.bytes_read
        files.append(
            DataFile(
                path=str(path.absolute()),
                format=reading.format.value,
                digest=digest_of(path),
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
    return CheckedData(ingestion=ingestion, unread=unread)


def chunks_of(ingestion: Ingestion, *, execution: str) -> Iterator[Chunk]:
    """Yield the chunks of *ingestion* with the ids of *execution*. Raises DataError."""
    return split_into_chunks(
        _entries(ingestion),
        most_entries=ingestion.most_entries,
        most_bytes=ingestion.most_bytes,
        execution=execution,
    )


def check_unchanged(ingestion: Ingestion) -> None:
    """Raise DataError if a file differs from the one that was checked."""
    for file in ingestion.files:
        if file.path is not None and digest_of(Path(file.path)) != file.digest:
            raise DataError(f"{file.path} has changed since it was checked")


def _entries(ingestion: Ingestion) -> Iterator[RootEntry]:
    roots = frozenset(ingestion.roots)
    for file in ingestion.files:
        path = Path(file.path) if file.path is not None else None
        form = DataFormat(file.format) if file.format else None
        with open_data(path, format=form, roots=roots) as reading:
            yield from reading


def _watched(
    reading: DataReader, before: int, on_update: OnRead, coverage: Coverage
) -> Iterator[RootEntry]:
    for entry in reading:
        coverage.take(entry.root, entry.value)
        on_update(before + reading.bytes_read)
        yield entry
