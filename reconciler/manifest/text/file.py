"""Reads the text of a file, with a sentence for every reason why it cannot be read."""

from pathlib import Path
from typing import Protocol

from reconciler.codes.file import FileCode
from reconciler.errors import ManifestError
from reconciler.manifest.text.fault import fault

LARGEST_FILE = 256 * 1024 * 1024
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class Read(Protocol):
    """Reads the text of a manifest, from its file or from a commit."""

    def __call__(self, path: Path, *, file: str) -> str:
        """Return the text of *path*, shown as *file*. Raises ManifestError."""
        ...


def read_text(path: Path, *, file: str, largest: int = LARGEST_FILE) -> str:
    """Return the text of *path* without a byte order mark.

    *file* is its name in messages. Raises ManifestError if it cannot be read, is larger than
    *largest* bytes or is not UTF-8.
    """
    try:
        if path.is_dir():
            raise _refused(FileCode.NOT_A_FILE, f"{file} is a directory, not a file", file)
        if path.exists() and not path.is_file():
            raise _refused(FileCode.NOT_A_FILE, f"{file} is not a regular file", file)
        if (size := path.stat().st_size) > largest:
            raise _refused(
                FileCode.TOO_LARGE,
                f"{file} has {size:,} bytes; the most that is read is {largest:,}",
                file,
            )
        data = path.read_bytes()
    except FileNotFoundError:
        raise _refused(FileCode.NO_SUCH_FILE, f"{file} does not exist", file) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the name is not valid"
        raise _refused(FileCode.UNREADABLE_FILE, f"{file} cannot be read: {reason}", file) from None
    return decode_text(data, file=file)


def decode_text(data: bytes, *, file: str) -> str:
    """Return the text of *data*. Raises ManifestError if it is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_utf8(data, error, file) from None


def shown_path(path: Path) -> str:
    """Return the name of *path* in messages: relative to the working directory if inside it."""
    try:
        return path.absolute().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def _refused(code: FileCode, text: str, file: str) -> ManifestError:
    return ManifestError([fault(code, text, file=file)])


def _not_utf8(data: bytes, error: UnicodeDecodeError, file: str) -> ManifestError:
    if data.startswith(_UTF_16_MARKS):
        text, place = "the file is UTF-16, not UTF-8", None
    else:
        # The codec counts from the end of the mark.
        start = error.start + (len(data) - len(error.object))
        line_start = data.rfind(b"\n", 0, start) + 1
        column = len(data[line_start:start].decode("utf-8-sig", "replace")) + 1
        text = f"byte {data[start]:#04x} at offset {start} is not UTF-8"
        place = data.count(b"\n", 0, start) + 1, column
    return ManifestError(
        [fault(FileCode.NOT_UTF8, text, file=file, place=place, hint="save it as UTF-8")]
    )
