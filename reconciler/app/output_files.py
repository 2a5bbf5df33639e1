"""The files that no output may replace: what the project is made of, and what a command reads.

An earlier plan or report may be replaced, wherever it is.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from reconciler.app.files import is_null, names_stream
from reconciler.codes.file import FileCode
from reconciler.errors import ManifestError, WrongUsage
from reconciler.manifest.draft import other_than_manifest
from reconciler.manifest.files import real_path
from reconciler.manifest.manifest_text import ManifestText
from reconciler.manifest.other_file import SUFFIXES, other_by_beginning
from reconciler.manifest.project.file import is_project_name
from reconciler.manifest.project.model import DATA_DIRECTORY
from reconciler.manifest.text.file import beginning, read_bytes
from reconciler.regex import regex

_SQLITE = b"SQLite format 3\0"
_DATABASE = regex(r"(?P<file>.+?)(-wal|-shm|-journal)?", re.DOTALL)
_OWN = frozenset({"emulator.db", "journal.db"})


def check_overwriting(outputs: Iterable[Path], *, reads: Iterable[Path] = ()) -> None:
    """Raise WrongUsage if one of *outputs* is a file to keep, or if two of them are one place.

    *reads* are the files that the command reads.
    """
    kept = {real_path(path) for path in reads}
    taken: set[str] = set()
    for path in outputs:
        if is_null(path):
            continue
        stream = names_stream(path)
        place = stream or real_path(path)
        if place in taken:
            raise WrongUsage(
                f"two outputs would be written to {path}", hint="name a file of its own for each"
            )
        taken.add(place)
        what = None if stream else _kept(path, kept)
        if what is not None:
            raise WrongUsage(
                f"{path} is {what}, which would be overwritten", hint="name another file"
            )


def _kept(path: Path, reads: set[str]) -> str | None:
    """Return what the file at *path* is if it must stay, None if it may be replaced."""
    place = Path(real_path(path))
    if str(place) in reads:
        return "a file that this command reads"
    if is_project_name(path.name) or is_project_name(place.name):
        return "the project file"
    if _is_database(place):
        return "a database of the journal or the emulator"
    return _manifest(place) if path.suffix.lower() in SUFFIXES else None


def _is_database(path: Path) -> bool:
    found = _DATABASE.fullmatch(path.name)
    if found is None:
        return False
    if path.parent.name == DATA_DIRECTORY and found["file"] in _OWN:
        return True
    those = (path, path.parent / found["file"])
    return any(beginning(each).startswith(_SQLITE) for each in those)


def _manifest(path: Path) -> str | None:
    head = beginning(path)
    if not head:
        return None
    try:
        found = other_by_beginning(head, is_json=path.suffix.lower() == ".json") or (
            other_than_manifest(
                ManifestText(file=str(path), stored=read_bytes(path, file=str(path)))
            )
        )
    except ManifestError as error:
        # What has faults of syntax may be a manifest that somebody writes.
        unread = any(d.code != FileCode.WRONG_TYPE for d in error.diagnostics)
        return "unreadable, and may be a manifest" if unread else None
    if found is not None:
        return "probably meant to be a manifest" if found.is_near_miss else None
    return "a manifest"
