"""The lines of manifests that faults are about, read again when they are shown."""

from functools import lru_cache
from pathlib import Path

from reconciler.codes.file import FileCode
from reconciler.codes.manifest import ManifestCode
from reconciler.diagnostics import Diagnostic
from reconciler.errors import ManifestError
from reconciler.manifest.other_file import SUFFIXES
from reconciler.manifest.project.file import PROJECT_FILE
from reconciler.manifest.text.file import open_file

_OF_MANIFESTS, _OF_FILES = frozenset(ManifestCode), frozenset(FileCode)
# Faults further below are shown by their place alone.
_MOST_BYTES = 1024 * 1024
_WORDS = ("objectSchema", "objectTypeMappings")


def source_line(diagnostic: Diagnostic) -> str | None:
    """Return the line of the manifest that *diagnostic* is about, None of anything else.

    The project file is none, and a file that cannot be parsed is one if it has words of one: others
    may hold secrets (SECURITY.md).
    """
    file, line = diagnostic.file, diagnostic.line
    if file is None or line is None or diagnostic.code not in _OF_MANIFESTS | _OF_FILES:
        return None
    path = Path(file)
    if path.suffix.lower() not in SUFFIXES or path.name == PROJECT_FILE:
        return None
    try:
        state = path.stat()
    except OSError:
        return None
    lines = _lines(path.absolute(), state.st_mtime_ns, state.st_size)
    is_manifest = diagnostic.code in _OF_MANIFESTS or any(
        word in each for each in lines for word in _WORDS
    )
    return lines[line - 1] if is_manifest and line <= len(lines) else None


@lru_cache(maxsize=8)
def _lines(path: Path, *_state: int) -> tuple[str, ...]:
    """Return the lines of the file *path* in this state of it."""
    try:
        with open_file(path, file=str(path)) as stream:
            begun = stream.read(_MOST_BYTES + 1)
    except (ManifestError, OSError):
        return ()
    lines = begun.decode("utf-8-sig", errors="replace").split("\n")
    return tuple(lines if len(begun) <= _MOST_BYTES else lines[:-1])
