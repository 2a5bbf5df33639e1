"""A data file that is open: its name for messages, its bytes from the first that counts."""

import codecs
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from reconciler.ingest.entries import DataError, Notes
from reconciler.manifest.text.file import shown_path

_HEAD = 64 * 1024
_BUFFER = 256 * 1024
_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Without a mark: where two or four ASCII characters have their zero bytes.
_BY_ZEROS: dict[tuple[bool, ...], str] = {
    (False, True, True, True): "UTF-32",
    (True, True, True, False): "UTF-32",
    (False, True, False, True): "UTF-16",
    (True, False, True, False): "UTF-16",
}
_PACKED = {
    b"\x1f\x8b": ("is compressed with gzip", "gunzip it first"),
    b"BZh": ("is compressed with bzip2", "bunzip2 it first"),
    b"\xfd7zXZ\0": ("is compressed with xz", "unxz it first"),
    b"\x28\xb5\x2f\xfd": ("is compressed with zstd", "unzstd it first"),
    b"PK\x03\x04": ("is a ZIP archive or an Excel workbook", "unpack it, or save it as CSV"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """The bytes `stream` of what the user calls `file`, the first of them at offset `begin`.

    `head` is what `stream` begins with, for a look at it; `head_is_all` says that nothing follows.
    """

    file: str
    stream: BinaryIO
    head: bytes
    head_is_all: bool
    begin: int = 0


class _Rewound(io.RawIOBase):
    """A stream whose head was taken: here it comes once more, and what is read is counted."""

    def __init__(self, head: bytes, stream: BinaryIO, notes: Notes) -> None:
        self._notes = notes
        self._parts = _parts(head, stream)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        if not self._rest:
            self._rest = memoryview(next(self._parts, b""))
        taken = self._rest[: len(buffer)]
        buffer[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        self._notes.bytes_read += len(taken)
        return len(taken)


def _parts(head: bytes, stream: BinaryIO) -> Iterator[bytes]:
    part = head
    while part:
        yield part
        part = stream.read(_BUFFER)


@contextmanager
def open_bytes(path: Path) -> Iterator[io.BufferedReader]:
    """Open *path* for its bytes. Raises DataError where that cannot be done."""
    file = shown_path(path)
    try:
        if path.is_dir():
            raise DataError(f"{file} is a directory, not a file")
        stream = path.open("rb")
    except FileNotFoundError:
        raise DataError(f"{file} does not exist") from None
    except (OSError, ValueError) as error:
        raise unreadable(file, error) from None
    with stream:
        yield stream


def unreadable(file: str, error: Exception) -> DataError:
    """Return the error about a file that the system does not give us."""
    reason = getattr(error, "strerror", None) or "the name is not valid"
    return DataError(f"{file} cannot be read: {reason}")


def opened(stream: BinaryIO, *, file: str, notes: Notes) -> Opened:
    """Return *stream* behind its byte order mark, as what the user calls *file*.

    *notes* are told how far it is read. Raises DataError where it is empty, compressed,
    or in another encoding than UTF-8.
    """
    head = stream.read(_HEAD)
    for magic, (said, hint) in _PACKED.items():
        if head.startswith(magic):
            raise DataError(f"{file} {said}", hint=hint)
    if (encoding := _encoding(head)) is not None:
        raise DataError(f"{file} is {encoding}, not UTF-8", hint="save it as UTF-8")
    begin = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    head_is_all = len(head) < _HEAD
    if head_is_all and not head[begin:].strip():
        raise DataError(f"{file} is empty")
    notes.bytes_read = begin
    head = head[begin:]
    again = io.BufferedReader(_Rewound(head, stream, notes), _BUFFER)
    return Opened(file=file, stream=again, head=head, head_is_all=head_is_all, begin=begin)


def _encoding(head: bytes) -> str | None:
    """Return the encoding where it is UTF-16 or UTF-32, by the mark or the zeros of ASCII."""
    if head.startswith(_UTF_32):
        return "UTF-32"
    if head.startswith(_UTF_16):
        return "UTF-16"
    return _BY_ZEROS.get(tuple(byte == 0 for byte in head[:4]))
