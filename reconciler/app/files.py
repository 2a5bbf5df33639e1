"""Read the JSON files that a user names, and write files atomically, with readable errors.

What is written is a regular file, a stream that is open already, or the null device.
"""

import contextlib
import errno
import os
import stat
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from reconciler.errors import ReconcilerError
from reconciler.manifest.text.file import read_text, shown_path
from reconciler.manifest.text.parser import json_value
from reconciler.regex import regex

_STANDARD = {"-": 1, "/dev/stdout": 1, "/dev/stderr": 2}
_OPEN_STREAM = regex(rf"{'|'.join(_STANDARD)}|/dev/fd/(?P<number>\d{{1,9}})")
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_AT_ONCE = 1024 * 1024  # of many pieces: to write each takes twice as long
_APPEND = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0)


def write_atomically(path: Path, text: Iterable[str]) -> None:
    """Write *text*, in pieces, to *path* with mode 0600.

    After a crash there is the old file or the new one. Raises ReconcilerError if the file cannot be
    written.
    """
    _write(path, text, mode=0o600)


def replace_atomically(path: Path, text: str) -> None:
    """Write *text* to *path*, which keeps its mode; a new file gets the umask's default.

    Line ends are written unchanged. After a crash there is the old file or the new one. Raises
    ReconcilerError if the file cannot be written.
    """
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:  # there is no file yet
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    _write(path, (text,), mode=mode)


def create(path: Path, text: str, undo: ExitStack) -> None:
    """Write *text* to *path*, which *undo* takes away again, and its folders if need be.

    Raises ReconcilerError if that cannot be written, or is there, as a dangling link may be too.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            undo.callback(path.unlink, missing_ok=True)
            file.write(_encoded(text))
    except OSError as error:
        raise ReconcilerError(
            f"nothing was written: {shown_path(path)} cannot be made: {error.strerror}",
            hint="move what is in the way, or start in an empty folder",
        ) from error


def append(path: Path, text: str) -> None:
    """Append *text* to *path*, which is made if need be. Raises ReconcilerError if it cannot."""
    try:
        with os.fdopen(os.open(path, _APPEND, 0o666), "ab") as file:
            _check_kind(os.fstat(file.fileno()))
            file.write(_encoded(text))
    except OSError as error:
        raise _unwritable(path, error) from error


def check_output(path: Path) -> None:
    """Raise ReconcilerError if *path* cannot be written; nothing is left there."""
    import tempfile  # noqa: PLC0415 - most runs write no file

    try:
        if (stream := _stream(path)) is not None:
            os.close(stream)
        else:
            with tempfile.TemporaryFile(dir=path.parent):
                pass
    except OSError as error:
        raise _unwritable(path, error) from error


def names_stream(path: Path) -> str | None:
    """Return the name of the open stream that *path* names, one name for each; None for a file."""
    if (name := _OPEN_STREAM.fullmatch(path.as_posix())) is None:
        return None
    return f"/dev/fd/{int(name['number'] or _STANDARD[path.as_posix()])}"


def is_null(path: Path) -> bool:
    """Return whether *path* is the null device: what is written there is gone."""
    try:
        found, null = path.stat(), Path(os.devnull).stat()
    except OSError:
        return False
    # Windows numbers no devices.
    same = getattr(found, "st_rdev", None) == getattr(null, "st_rdev", None)
    return same and stat.S_ISCHR(found.st_mode)


def _write(path: Path, text: Iterable[str], *, mode: int) -> None:
    try:
        if (stream := _stream(path)) is not None:
            with os.fdopen(stream, "wb") as file:
                file.writelines(map(_encoded, text))
            return
        # Not by `tempfile`, whose imports are a thirtieth of a small plan.
        temporary = path.with_name(f".{path.name[:40]}.{os.urandom(8).hex()}")
        descriptor = os.open(temporary, _NEW, 0o600)
        try:
            with os.fdopen(descriptor, "wb", _AT_ONCE) as file:
                file.writelines(map(_encoded, text))
                file.flush()
                os.fsync(file.fileno())
            temporary.chmod(mode)
            temporary.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
    except OSError as error:
        raise _unwritable(path, error) from error


def _stream(path: Path) -> int | None:
    """Return a descriptor of the open stream or null device at *path*, None for a regular file.

    Raises OSError for anything else: to open a pipe is to wait for its reader.
    """
    if (name := _OPEN_STREAM.fullmatch(path.as_posix())) is not None:
        return os.dup(int(name["number"] or _STANDARD[path.as_posix()]))
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    if is_null(path):
        return os.open(os.devnull, os.O_WRONLY)
    _check_kind(found)
    return None


def _check_kind(found: os.stat_result) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file")


def _encoded(text: str) -> bytes:
    # Halves of surrogates, as in the name of a file: in JSON this is their escape.
    return text.encode(errors="backslashreplace")


def _unwritable(path: Path, error: OSError) -> ReconcilerError:
    return ReconcilerError(
        f"{path} cannot be written: {error.strerror}",
        hint="name a file in a directory that is there and can be written",
    )


def read_json(path: Path) -> Any:
    """Return the JSON in *path*. Raises ManifestError if it cannot be read or is not JSON."""
    file = shown_path(path)
    return json_value(read_text(path, file=file), file=file)
