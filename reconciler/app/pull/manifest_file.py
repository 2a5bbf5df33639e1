"""Whether a manifest may be overwritten, and its writing."""

import os
import stat
from pathlib import Path

from reconciler.app.files import replace_atomically
from reconciler.app.git import lost_if_overwritten
from reconciler.app.pull.target import Target
from reconciler.errors import ReconcilerError
from reconciler.manifest.files import real_path
from reconciler.manifest.text.file import read_bytes
from reconciler.outcome.command_results import PulledManifest

_BYTE_ORDER_MARK = "\ufeff"


def check_may_write(path: Path, *, file: str, force: bool) -> None:
    """Raise ReconcilerError if *path* must not be overwritten, for what it is or would lose.

    Raises OSError if it is not there.
    """
    if path.is_symlink():
        raise ReconcilerError(
            f"{file} is a symbolic link and was not written",
            hint=f"it leads to {real_path(path)}; put the manifest itself in its place",
        )
    mode = path.stat().st_mode
    if not mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(path, os.W_OK):
        raise ReconcilerError(f"{file} is read-only and was not written")
    if not force and (reason := lost_if_overwritten(path)) is not None:
        raise ReconcilerError(
            f"{file} was not written: {reason}",
            hint="commit it first, look with --dry-run, or overwrite it with --force",
        )


def write_manifest(target: Target, pulled: PulledManifest, *, force: bool) -> None:
    """Write the manifest to its files. Raises ReconcilerError if that is not allowed or fails."""
    if target.draft is None:
        replace_atomically(target.path, pulled.after)
        return
    written = {each.file: Path(each.file) for each in pulled.changed}
    for file, path in written.items():
        check_may_write(path, file=file, force=force)
    for each in pulled.changed:
        path = written[each.file]
        is_marked = read_bytes(path, file=each.file).startswith(_BYTE_ORDER_MARK.encode())
        replace_atomically(path, f"{_BYTE_ORDER_MARK if is_marked else ''}{each.after}")
