"""Whether a data file is still the one that it was."""

import hashlib
from pathlib import Path

from reconciler.ingest.entries import DataError
from reconciler.ingest.opened import open_bytes, unreadable
from reconciler.manifest.text.file import shown_path


def digest_of(path: Path) -> str:
    """Return `sha256:` and the hex digest of the bytes of *path*, streamed. Raises DataError."""
    file = shown_path(path)
    if path.exists() and not path.is_dir() and not path.is_file():
        raise DataError(f"{file} is not a regular file, so it cannot be read a second time")
    with open_bytes(path) as stream:
        try:
            return f"sha256:{hashlib.file_digest(stream, 'sha256').hexdigest()}"
        except OSError as error:
            raise unreadable(file, error) from None
