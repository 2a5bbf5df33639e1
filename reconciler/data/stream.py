"""An open data file: its name for messages, its bytes after any byte order mark, and its text.

Text is read by lines or through a window, so that no more than a limited part of the file is
in memory; both know the position of each character in the file.
"""

import codecs
import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from reconciler.data.entries import (
    LARGEST,
    SAVE_AS_UTF8,
    DataError,
    Notes,
    Position,
    data_error,
    not_utf8,
    too_long,
)
from reconciler.errors import ManifestError
from reconciler.manifest.text.file import open_file, shown_path
from reconciler.value import Value

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


class DataStream(Value):
    """The bytes `stream` of what messages call `file`, the first of them at offset `begin`.

    `head` is a copy of the beginning of `stream`; `head_is_all` means that nothing follows it.
    """

    file: str
    stream: BinaryIO
    head: bytes
    head_is_all: bool
    begin: int = 0


class _Rewound(io.RawIOBase):
    """A stream whose head was read already: it is served again, and bytes read are counted."""

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


def open_bytes(path: Path) -> io.BufferedReader:
    """Return the regular file *path*, open for reading. Raises DataError if that fails."""
    file = shown_path(path)
    try:
        return open_file(path, file=file)
    except ManifestError as error:
        (found,) = error.diagnostics
        raise DataError(found.text, hint=found.hint) from None


def unreadable(file: str, error: OSError) -> DataError:
    """Return the error about a file that cannot be read."""
    return DataError(f"{file} cannot be read: {error.strerror}")


def data_stream(stream: BinaryIO, *, file: str, notes: Notes) -> DataStream:
    """Return *stream*, past its byte order mark, as the data file *file*.

    *notes* receive the progress of reading. Raises DataError if it is empty, compressed, or in
    another encoding than UTF-8.
    """
    head = stream.read(_HEAD)
    for magic, (text, hint) in _PACKED.items():
        if head.startswith(magic):
            raise DataError(f"{file} {text}", hint=hint)
    if (encoding := _encoding(head)) is not None:
        raise DataError(f"{file} is {encoding}, not UTF-8", hint=SAVE_AS_UTF8)
    begin = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    head_is_all = len(head) < _HEAD
    if head_is_all and not head[begin:].strip():
        raise DataError(f"{file} is empty")
    notes.bytes_read = begin
    head = head[begin:]
    again = io.BufferedReader(_Rewound(head, stream, notes), _BUFFER)
    return DataStream(file=file, stream=again, head=head, head_is_all=head_is_all, begin=begin)


def _encoding(head: bytes) -> str | None:
    """Return the encoding if it is UTF-16 or UTF-32, by the mark or the zero bytes of ASCII."""
    if head.startswith(_UTF_32):
        return "UTF-32"
    if head.startswith(_UTF_16):
        return "UTF-16"
    return _BY_ZEROS.get(tuple(byte == 0 for byte in head[:4]))


class Line(Value):
    """One line with its line end, its number from 1, and the offset of its first byte."""

    text: str
    number: int
    byte: int

    def position(self, at: int) -> Position:
        """Return the position of the character *at* in the file."""
        byte = self.byte + len(self.text[:at].encode())
        return Position(line=self.number, column=at + 1, byte=byte)


def lines_of(stream: DataStream) -> Iterator[Line]:
    """Yield the lines. Raises DataError if one is too long, not UTF-8, or has a NUL byte."""
    number, byte = 0, stream.begin
    while data := stream.stream.readline(LARGEST + 1):
        number += 1
        if len(data) > LARGEST:
            raise too_long(stream.file, f"line {number}", LARGEST)
        try:
            line = Line(text=data.decode(), number=number, byte=byte)
        except UnicodeDecodeError as error:
            before = Line(text=data[: error.start].decode(), number=number, byte=byte)
            position = before.position(len(before.text))
            raise not_utf8(stream.file, position, data[error.start]) from None
        if "\0" in line.text:
            position = line.position(line.text.index("\0"))
            raise data_error(stream.file, position, "a NUL byte, so this is no text file")
        yield line
        byte += len(data)


BLOCK = 256 * 1024
_LARGEST_BLOCK = 8 * 1024 * 1024


class TextWindow:
    """`text` is read from `at` on; `more` moves the window. `ended` means that nothing follows."""

    def __init__(self, data: DataStream, *, block: int = BLOCK) -> None:
        """Start before the first byte; *block* bytes are read at a time."""
        self._block = block
        self.text = ""
        self.at = 0
        self.ended = False
        self.file = data.file
        self._stream = data.stream
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._next_byte = data.begin
        self._line, self._column = 1, 1

    def more(self) -> None:
        """Drop what precedes `at` and read on. Raises DataError if it is not UTF-8.

        The blocks grow with the text that is kept, so that a long value is scanned only a few
        times.
        """
        self._line, self._column = self._line_and_column(self.at)
        self.text, self.at = self.text[self.at :], 0
        block = self._stream.read(max(self._block, min(len(self.text), _LARGEST_BLOCK)))
        try:
            self.text += self._decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            raise self._not_utf8(error) from None
        self._next_byte += len(block)
        self.ended = not block

    def position(self, at: int) -> Position:
        """Return the position of the character *at* of the text in the file."""
        line, column = self._line_and_column(at)
        waiting, _ = self._decoder.getstate()
        behind = len(self.text[at:].encode()) + len(waiting)
        return Position(line=line, column=column, byte=self._next_byte - behind)

    def _line_and_column(self, at: int) -> tuple[int, int]:
        lines = self.text.count("\n", 0, at)
        if not lines:
            return self._line, self._column + at
        return self._line + lines, at - self.text.rfind("\n", 0, at)

    def _not_utf8(self, error: UnicodeDecodeError) -> DataError:
        # The codec holds back the bytes of a character that was split between blocks.
        waiting, _ = self._decoder.getstate()
        self.text += error.object[: error.start].decode()
        line, column = self._line_and_column(len(self.text))
        byte = self._next_byte - len(waiting) + error.start
        position = Position(line=line, column=column, byte=byte)
        return not_utf8(self.file, position, error.object[error.start])
