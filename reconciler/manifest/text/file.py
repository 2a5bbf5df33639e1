"""The one reader of the files that a user names, with a sentence for every reason to refuse one.

Only regular files are read, and only as much as is allowed: a pipe would block, a device or a
sparse file never end (design.md#files). Standard input is not a file: `-` is for the callers.
"""

import contextlib
import io
import os
import stat
from codecs import BOM_UTF8
from pathlib import Path
from typing import BinaryIO, Protocol

from reconciler.codes.file import FileCode
from reconciler.errors import ManifestError
from reconciler.manifest.text.fault import fault

LARGEST_FILE = 256 * 1024 * 1024
_BEGINNING = 4096
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
# A pipe that took the file's place after it was looked at is opened without waiting.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)


class Read(Protocol):
    """Reads a file of a manifest, from its folder or from a commit."""

    def __call__(self, path: Path, *, file: str) -> bytes:
        """Return the content of *path*, shown as *file*. Raises ManifestError."""
        ...


def open_file(path: Path, *, file: str) -> io.BufferedReader:
    """Return the regular file *path*, open for reading. *file* is its name in messages.

    Raises ManifestError if it cannot be opened, or is a directory, a device or a pipe.
    """
    try:
        _check_kind(path.stat(), file)  # opening a device may already do something
        stream = os.fdopen(os.open(path, _FLAGS), "rb")
    except (OSError, ValueError) as error:
        raise unreadable(error, file) from None
    try:
        _check_kind(os.fstat(stream.fileno()), file)
    except ManifestError:
        stream.close()
        raise
    return stream


def read_text(path: Path, *, file: str) -> str:
    """Return the text of the regular file *path* without a byte order mark.

    *file* is its name in messages. Raises ManifestError if it cannot be read, is larger than
    LARGEST_FILE or is not UTF-8.
    """
    return decode_text(read_bytes(path, file=file), file=file)


def read_bytes(path: Path, *, file: str) -> bytes:
    """Return the content of the regular file *path*; raises ManifestError as `read_text` does."""
    with open_file(path, file=file) as stream:
        if os.fstat(stream.fileno()).st_size > LARGEST_FILE:
            raise too_large(file)
        return read_whole(stream, file=file)


def beginning(path: Path) -> bytes:
    """Return the first bytes of the regular file at *path*, none if there are none to read."""
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as file:
            return file.read(_BEGINNING)
    except OSError:
        return b""


def is_folder(entry: os.DirEntry[str]) -> bool:
    """Return whether *entry* is a folder or leads to one; a link that goes round does not."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def read_whole(stream: BinaryIO, *, file: str) -> bytes:
    """Return all that *stream* has. Raises ManifestError if that is more than LARGEST_FILE."""
    try:
        data = stream.read(LARGEST_FILE + 1)  # counted, for a file may grow while it is read
    except OSError as error:
        raise unreadable(error, file) from None
    if len(data) > LARGEST_FILE:
        raise too_large(file)
    return data


def decode_text(data: bytes, *, file: str) -> str:
    """Return the text of *data*. Raises ManifestError if it is not UTF-8."""
    try:
        return data.removeprefix(BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        raise _not_utf8(data, error, file) from None


def shown_path(path: Path) -> str:
    """Return the name of *path* in messages: relative to the working directory if inside it.

    Bytes of the name that are not UTF-8 are escaped, as no report could hold them.
    """
    with contextlib.suppress(ValueError):
        path = path.absolute().relative_to(Path.cwd())
    return os.fsencode(path.as_posix()).decode(errors="backslashreplace")


def _check_kind(found: os.stat_result, file: str) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise _refused(FileCode.NOT_A_FILE, f"{file} is a directory, not a file", file)
    if not stat.S_ISREG(found.st_mode):
        raise _refused(FileCode.NOT_A_FILE, f"{file} is not a regular file", file)


def unreadable(error: OSError | ValueError, file: str) -> ManifestError:
    """Return why *file*, which may be a folder, cannot be read."""
    if isinstance(error, FileNotFoundError):
        return _refused(FileCode.NO_SUCH_FILE, f"{file} does not exist", file)
    reason = getattr(error, "strerror", None) or "the name is not valid"
    return _refused(FileCode.UNREADABLE_FILE, f"{file} cannot be read: {reason}", file)


def too_large(file: str) -> ManifestError:
    """Return the error of a file that is larger than LARGEST_FILE."""
    text = f"{file} is larger than {LARGEST_FILE // 1024**2} MiB, the most that is read"
    return _refused(FileCode.TOO_LARGE, text, file)


def _refused(code: FileCode, text: str, file: str) -> ManifestError:
    return ManifestError([fault(code, text, hint=code.remedy, file=file)])


def _not_utf8(data: bytes, error: UnicodeDecodeError, file: str) -> ManifestError:
    if data.startswith(_UTF_16_MARKS):
        text, place = "the file is UTF-16, not UTF-8", None
    else:
        # It counts from the end of the mark.
        start = error.start + (len(data) - len(error.object))
        line_start = data.rfind(b"\n", 0, start) + 1
        before = data[line_start:start].removeprefix(BOM_UTF8)
        column = len(before.decode("utf-8", "replace")) + 1
        text = f"byte {data[start]:#04x} at offset {start} is not UTF-8"
        place = data.count(b"\n", 0, start) + 1, column
    return ManifestError(
        [fault(FileCode.NOT_UTF8, text, file=file, place=place, hint="save it as UTF-8")]
    )
