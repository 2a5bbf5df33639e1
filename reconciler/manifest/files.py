"""Finds the files of a project that are manifests (design.md#manifests)."""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from reconciler.codes.project import ProjectCode
from reconciler.errors import ManifestError
from reconciler.manifest.layers import heads_among
from reconciler.manifest.other_file import other_by_name
from reconciler.manifest.path_glob import PathGlob
from reconciler.manifest.project.model import Project
from reconciler.manifest.text.fault import fault
from reconciler.manifest.text.file import shown_path, unreadable
from reconciler.manifest.wording import quote

_WILDCARDS = frozenset("*?[")


def manifest_paths(project: Project, *, besides: Iterable[Path] = ()) -> tuple[Path, ...]:
    """Return the manifests of *project*, sorted: by its globs, else all in its directory.

    *besides* are files among them that are not manifests. Raises ManifestError if a glob is
    invalid or names a file that does not exist.
    """
    if project.manifest_globs is None:
        found = set(manifests_in(project.root))
    else:
        found = {path for glob in project.manifest_globs for path in _matches(project, glob)}
    found = {*heads_among(project, found)}
    others = {real_path(path) for path in besides}
    return tuple(sorted(path for path in found if real_path(path) not in others))


def real_path(path: Path) -> str:
    """Return where *path* leads, links followed as far as they lead anywhere."""
    return os.path.realpath(path)  # `Path.resolve` raises RuntimeError for a loop


def manifests_in(directory: Path) -> tuple[Path, ...]:
    """Return the manifests of *directory* itself, sorted, without dotfiles and the project file."""
    try:
        entries = list(directory.iterdir())
    except OSError as error:
        raise unreadable(error, shown_path(directory)) from None
    return tuple(sorted(path for path in entries if _is_manifest(path, directory)))


def files_at(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield *paths*, with each directory replaced by the manifests in it."""
    for path in paths:
        if path.is_dir():
            yield from manifests_in(path)
        else:
            yield path


def _matches(project: Project, glob: PathGlob) -> Iterator[Path]:
    try:
        paths = glob.files(project.root)
    except ValueError as error:
        raise _bad_glob(project, f"{quote(glob.text)} {error}") from None
    if not paths and not _WILDCARDS & set(glob.text):
        raise _bad_glob(project, f"{quote(glob.text)} does not exist")
    return (path for path in paths if _is_manifest(path, project.root))


def is_manifest_name(path: Path, root: Path) -> bool:
    """Return whether a file with this name in the project at *root* is a manifest."""
    folders = path.relative_to(root).parts[:-1]
    return other_by_name(path.name) is None and not any(
        part.startswith(".") and part != ".." for part in folders
    )


def _is_manifest(path: Path, root: Path) -> bool:
    # A pipe or a broken link is reported as a file that cannot be read.
    return is_manifest_name(path, root) and not path.is_dir() and not _is_our_output(path)


def _is_our_output(path: Path) -> bool:
    """Return whether a shell has opened the file *path* for what this command prints."""
    try:
        printed = os.fstat(1)
        return stat.S_ISREG(printed.st_mode) and os.path.samestat(printed, path.stat())
    except OSError:
        return False


def _bad_glob(project: Project, text: str) -> ManifestError:
    file = shown_path(project.path or project.root)
    return ManifestError([fault(ProjectCode.BAD_GLOB, f"manifests: {text}", file=file)])
