"""Which file a source's manifest is, or would be, and whether it may be written."""

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reconciler.cli.uncommitted import lost_if_overwritten
from reconciler.diagnostics import Diagnostic, errors_in
from reconciler.errors import ManifestError, ReconcilerError
from reconciler.manifest.load import Loaded
from reconciler.manifest.project import PROJECT_FILE, Project
from reconciler.manifest.text.file import read_text, shown_path

_BYTE_ORDER_MARK = "\ufeff"
_LONGEST_NAME = 255
# Not in names of files: what some system reads as part of a path, a drive or a pattern.
_UNSAFE = frozenset('/\\:*?"<>|')


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """The file of a source's manifest; `text` is None where there is none yet."""

    path: Path
    file: str
    text: str | None
    mark: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Targets:
    """The file of each source that can have one, why the others cannot, and files unread."""

    found: dict[str, Target]
    refused: dict[str, ReconcilerError]
    unread: tuple[Diagnostic, ...]


def known_sources(project: Project, loaded: Loaded) -> set[str]:
    """Return the sources of the manifests, faulty ones too, and those that are bound."""
    return {
        *(manifest.source for manifest in loaded.manifests),
        *(d.source for d in errors_in(loaded.diagnostics) if d.source is not None),
        *project.environment.sources,
    }


def targets_of(project: Project, loaded: Loaded, names: Sequence[str], *, is_all: bool) -> Targets:
    """Return where the manifest of each of *names* is, or is to be.

    A file that cannot be read counts where *is_all* asks for every source, or where it may be
    the manifest of one that has none.
    """
    unread = tuple(d for d in errors_in(loaded.diagnostics) if d.source is None)
    found: dict[str, Target] = {}
    refused: dict[str, ReconcilerError] = {}
    for name in names:
        try:
            found[name] = _target(project, loaded, name)
        except ReconcilerError as error:
            refused[name] = error
    with_manifest = {manifest.source for manifest in loaded.manifests}
    matters = is_all or not with_manifest.issuperset(names)
    return Targets(found=found, refused=refused, unread=unread if matters else ())


def check_may_write(target: Target, *, force: bool) -> None:
    """Raise ReconcilerError where *target* must not be written, by what it is or would lose."""
    path, file = target.path, target.file
    if target.text is None:
        return
    if path.is_symlink():
        raise ReconcilerError(
            f"{file} is a symbolic link and was not written",
            hint=f"it leads to {path.resolve()}; put the manifest itself in its place",
        )
    mode = path.stat().st_mode
    if not mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(path, os.W_OK):
        raise ReconcilerError(f"{file} is read-only and was not written")
    if not force and (reason := lost_if_overwritten(path)) is not None:
        raise ReconcilerError(
            f"{file} was not written: {reason}",
            hint="commit it first, look with --dry-run, or overwrite it with --force",
        )


def _target(project: Project, loaded: Loaded, name: str) -> Target:
    errors = errors_in(loaded.diagnostics)
    if own := [d for d in errors if d.source == name]:
        raise ManifestError(own)
    for manifest in loaded.manifests:
        if manifest.source == name:
            return existing_target(Path(manifest.file), file=manifest.file)
    if any(d.source is None for d in errors):
        raise ReconcilerError(
            "it has no manifest, unless it is in a file that cannot be read",
            hint="repair that file first",
        )
    return _new(project, name)


def existing_target(path: Path, *, file: str) -> Target:
    """Return the file *path*, which the user calls *file*. Raises ManifestError if unreadable."""
    text = read_text(path, file=file)
    mark = _BYTE_ORDER_MARK if path.read_bytes().startswith(_BYTE_ORDER_MARK.encode()) else ""
    return Target(path=path, file=file, text=text, mark=mark)


def _new(project: Project, source: str) -> Target:
    name = f"{source}.yaml"
    is_safe = (
        source.isprintable()
        and not _UNSAFE & set(source)
        and source == source.strip()
        and not source.startswith(".")
        and name.casefold() != PROJECT_FILE.casefold()
        and len(os.fsencode(name)) <= _LONGEST_NAME
    )
    if not source or not is_safe:
        raise ReconcilerError(
            f'the source name "{source}" cannot be the name of a file',
            hint=f'write a manifest of another name that begins with "source: {source}"'
            if source.isprintable() and source and "/" not in source
            else "a source's name has no slash and no control characters",
        )
    path = project.root / name
    file = shown_path(path)
    if os.path.lexists(path):
        raise ReconcilerError(
            f"{file} is there already, and is not the manifest of {source}",
            hint="move it away, and pull again",
        )
    return Target(path=path, file=file, text=None)
