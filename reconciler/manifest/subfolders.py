"""Manifests where nobody looks: in folders below, and under another ending (design.md#near-misses).

Folders may hold anything and any number of it: a few are listed, and of each file only its
beginning is read.
"""

import os
from collections.abc import Collection, Iterator, Mapping
from itertools import groupby, islice
from pathlib import Path
from types import MappingProxyType

from reconciler.codes.file import FileCode
from reconciler.diagnostics import Diagnostic
from reconciler.manifest.other_file import SUFFIXES, has_document, other_by_name
from reconciler.manifest.project.file import is_project_name
from reconciler.manifest.text.file import beginning, shown_path
from reconciler.manifest.wording import nearest

_DEEPEST = 3
_MOST_ENTRIES = 2_000
_MOST_FILES = 100


def manifests_below(
    root: Path,
    *,
    stems: Mapping[str, str] = MappingProxyType({}),
    besides: Collection[str] = (),
    has_project: bool,
) -> Iterator[Diagnostic]:
    """Yield a warning for each folder below *root* that holds what looks like a manifest.

    And for each file in *root* that does, but for the end of its name.

    The files of a folder directly in *root* with the name of a manifest there are its parts;
    *stems* is that name by source. What is in a folder of another project, behind a dot, or in the
    absolute paths *besides* is not looked at.
    """
    yield from _misnamed(root)
    files = islice(_files_below(root, besides), _MOST_FILES)
    for _, found in groupby(filter(_is_manifest, files), key=lambda file: file.parent):
        yield _warning(root, [*found], stems, has_project=has_project)


def _misnamed(root: Path) -> Iterator[Diagnostic]:
    for entry in _entries(root, _MOST_ENTRIES):
        path = Path(entry.path)
        # An editor's copy of a manifest ends in ~.
        if path.suffix.lower() in SUFFIXES or entry.name.startswith(".") or path.suffix[-1:] == "~":
            continue
        meant = next(iter(nearest(path.suffix.lower(), sorted(SUFFIXES))), None)
        if meant is not None and has_document(beginning(path), is_json=False):
            file = shown_path(path)
            yield FileCode.NEAR_MISS.diagnostic(
                f"{file} looks like a manifest and is not read: its name ends in {path.suffix}",
                hint=f"name it {path.with_suffix(meant).name}",
                file=file,
            )


def _files_below(root: Path, besides: Collection[str]) -> Iterator[Path]:
    waiting = [(root, 0)]
    heads: set[Path] = set()
    left = _MOST_ENTRIES
    while waiting and left > 0:
        folder, depth = waiting.pop()
        entries = _entries(folder, left)
        left -= len(entries)
        if depth and any(is_project_name(entry.name) for entry in entries):
            continue
        folders = {e.name: Path(e.path) for e in entries if e.is_dir(follow_symlinks=False)}
        files = [Path(entry.path) for entry in entries if entry.name not in folders]
        files = [file for file in files if other_by_name(file.name) is None]
        if not depth:
            heads = {file.with_suffix("") for file in files}
        elif folder not in heads:
            yield from files
        if depth < _DEEPEST:
            waiting += [
                (path, depth + 1)
                for name, path in folders.items()
                if not name.startswith(".") and (depth or name != "overlays")
                if not besides or os.path.abspath(path) not in besides  # noqa: PTH100 - `..`
            ]


def _entries(folder: Path, most: int) -> list[os.DirEntry[str]]:
    """Return what is in *folder*, at most *most*; nothing if that cannot be read."""
    try:
        with os.scandir(folder) as entries:
            return sorted(islice(entries, most), key=lambda entry: entry.name)
    except OSError:
        return []


def _is_manifest(file: Path) -> bool:
    return has_document(beginning(file), is_json=file.suffix.lower() == ".json")


def _warning(
    root: Path, found: list[Path], stems: Mapping[str, str], *, has_project: bool
) -> Diagnostic:
    first, *others = found
    file, folder = shown_path(first), first.parent.relative_to(root).as_posix()
    top = folder.partition("/")[0]
    if any((root / f"{top}{suffix}").exists() for suffix in SUFFIXES) or top in stems:
        own = stems.get(top, top)
        hint = f"parts of a manifest are the files in the folder {own}: move it there"
    elif has_project:
        hint = (
            "move it beside reconciler.yaml, or write in that file which ones to read: "
            f'manifests: ["*", "{folder}/*"]; ["*"] alone leaves it out'
        )
    else:
        hint = f"move it here, or go there: reconciler --chdir {folder} …"
    many = f", as are {len(others)} more" if others else ""
    return FileCode.NEAR_MISS.diagnostic(
        f"{file} looks like a manifest and is in a subfolder{many}: those are not read",
        hint=hint,
        file=file,
    )
