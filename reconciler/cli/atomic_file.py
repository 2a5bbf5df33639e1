"""Write a file whole or not at all, for its owner only."""

import contextlib
import os
import tempfile
from pathlib import Path

from reconciler.errors import ReconcilerError


def write_atomically(path: Path, text: str) -> None:
    """Write *text* to *path* with mode 0600: a crash leaves the old file or the new one.

    Raises ReconcilerError where the file cannot be written.
    """
    try:
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
            raise
    except OSError as error:
        raise ReconcilerError(f"{path} cannot be written: {error.strerror}") from error
