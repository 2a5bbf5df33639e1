"""Write files atomically, and read JSON files that the user named, with readable errors.

Devices and other special files are written to directly.
"""

import contextlib
import json
import os
import stat
import tempfile
from pathlib import Path
from typing import Any

from reconciler.errors import ReconcilerError


def write_atomically(path: Path, text: str) -> None:
    """Write *text* to *path* with mode 0600: after a crash there is the old file or the new one.

    Raises ReconcilerError if the file cannot be written.
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
    _write(path, text, mode=mode)


def _write(path: Path, text: str, *, mode: int) -> None:
    try:
        if path.exists() and not path.is_file():  # never replace /dev/null by a file
            path.write_text(text, encoding="utf-8", newline="")
            return
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(mode)
            Path(temporary).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
            raise
    except OSError as error:
        raise ReconcilerError(f"{path} cannot be written: {error.strerror}") from error


def read_json(path: Path, *, error: type[ReconcilerError] = ReconcilerError) -> Any:
    """Return the JSON in *path*; raises *error* if it cannot be read or is not JSON."""
    try:
        return json.loads(path.read_bytes())
    except OSError as cause:
        raise error(f"{path} cannot be read: {cause.strerror}") from cause
    except UnicodeDecodeError as cause:
        raise error(f"{path} is not UTF-8") from cause
    except json.JSONDecodeError as cause:
        place = f"{path}:{cause.lineno}:{cause.colno}"
        raise error(f"{place}: this is not JSON: {cause.msg}") from cause
    except RecursionError as cause:
        raise error(f"{path} is nested too deeply to be read") from cause
