"""The files that make a manifest with its head: its parts, and an environment's overlay.

A head `SOURCE.yaml` may have parts `SOURCE/*.yaml` beside it, and an environment an overlay
`OVERLAYS/SOURCE.yaml` in its folder (design.md#overlays-and-parts). Neither is a manifest. One
listing of a folder tells that there is none.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from reconciler.codes.file import FileCode
from reconciler.codes.project import ProjectCode
from reconciler.errors import ManifestError
from reconciler.manifest.lint import Lint
from reconciler.manifest.other_file import other_by_name
from reconciler.manifest.project.model import Project
from reconciler.manifest.text.fault import fault
from reconciler.manifest.text.file import is_folder, shown_path, unreadable
from reconciler.manifest.wording import quote
from reconciler.model.id_prefix import NO_PREFIX, IdPrefix
from reconciler.value import Value, field


class Layers(Value):
    """What an environment makes of manifests: `parts` by head, `overlays` by source, the prefix.

    All paths are absolute. `lint` is what the project ignores.
    """

    id_prefix: IdPrefix = NO_PREFIX
    parts: Mapping[Path, tuple[Path, ...]] = field(default_factory=dict)
    overlays: Mapping[str, Path] = field(default_factory=dict)
    lint: Lint = field(default_factory=Lint)

    def parts_of(self, head: Path) -> tuple[Path, ...]:
        """Return the parts of the manifest with that *head*."""
        return self.parts.get(_absolute(head), ()) if self.parts else ()

    @property
    def files(self) -> tuple[Path, ...]:
        """All parts and overlays, sorted."""
        parts = (part for each in self.parts.values() for part in each)
        return tuple(sorted({*parts, *self.overlays.values()}))


NO_LAYERS = Layers()
# Each is opened, to tell parts from data that lie there.
_MOST_PARTS = 1_000


def layers_of(project: Project, heads: Sequence[Path]) -> Layers:
    """Return the layers of *heads* in the environment of *project*.

    Raises ManifestError if the folder of its overlays is not there or has two for one source, or
    if a folder of parts has too many files.
    """
    overlays = _overlay_files(project)
    return layers_among(project, heads, [*_part_files(heads), *overlays])


def layers_among(project: Project, heads: Sequence[Path], files: Iterable[Path]) -> Layers:
    """Return the layers of *heads* among *files*; raises ManifestError as `layers_of` does."""
    by_folder = {head.with_suffix(""): head for head in reversed([*map(_absolute, heads)])}
    folder = _folder_of(project)
    parts: dict[Path, list[Path]] = {}
    overlays: dict[str, Path] = {}
    for file in sorted(map(_absolute, files)):
        if other_by_name(file.name) is not None:
            continue
        if file.parent == folder:
            if (other := overlays.setdefault(file.stem, file)) is not file:
                text = f"{shown_path(file)} and {shown_path(other)} are both overlays of one source"
                raise _bad(project, text, "keep one of them")
        elif (head := by_folder.get(file.parent)) is not None:
            parts.setdefault(head, []).append(file)
    return Layers(
        id_prefix=project.environment.id_prefix,
        parts={head: tuple(each) for head, each in parts.items()},
        overlays=overlays,
        lint=project.lint,
    )


def heads_among(project: Project, files: Iterable[Path]) -> list[Path]:
    """Return those of *files* that are no parts of others and no overlays, in their order."""
    found = [*files]
    folders = overlay_folders(project)
    heads = {_absolute(file).with_suffix("") for file in found} if _are_deep(found) else set[Path]()
    return [
        file
        for file in found
        if (not heads or _absolute(file).parent not in heads)
        and (not folders or folders.isdisjoint(_absolute(file).parents))
    ]


def overlay_folders(project: Project) -> set[Path]:
    """Return the folders of the overlays of all environments, absolute and without `..`.

    Raises ManifestError if one is the project's own, or above it: no manifest would be left.
    """
    folders = {_absolute(project.root / each): each for each in project.overlays.values() if each}
    root = _absolute(project.root)
    for folder in folders.keys() & {root, *root.parents}:
        text = f"the folder {quote(folders[folder])} of the overlays is that of the manifests"
        raise _bad(project, text, "give the overlays a folder of their own")
    return {*folders}


def _folder_of(project: Project) -> Path | None:
    own = project.environment.overlays
    return None if own is None else _absolute(project.root / own)


def all_overlays(project: Project) -> Iterator[Path]:
    """Yield the overlays of every environment, for what does not depend on one."""
    for folder in filter(Path.is_dir, sorted(overlay_folders(project))):
        yield from (f for f in _files_in(folder) if other_by_name(f.name) is None)


def _overlay_files(project: Project) -> list[Path]:
    folder = _folder_of(project)
    if folder is None:
        return []
    if not folder.is_dir():
        text = f"the folder {quote(project.environment.overlays)} of the overlays is not there"
        raise _bad(project, text, "correct its name, or take the key overlays out")
    return _files_in(folder)


def _part_files(heads: Sequence[Path]) -> Iterator[Path]:
    by_parent: dict[Path, set[str]] = {}
    for head in heads:
        by_parent.setdefault(_absolute(head).parent, set()).add(head.stem)
    for parent, stems in by_parent.items():
        for name in sorted(_folders_in(parent) & stems):
            files = _files_in(parent / name)
            if len(files) > _MOST_PARTS:
                raise _too_many(parent / name)
            yield from files


def _folders_in(folder: Path) -> set[str]:
    try:
        with os.scandir(folder) as entries:
            return {entry.name for entry in entries if is_folder(entry)}
    except OSError:
        return set()


def _files_in(folder: Path) -> list[Path]:
    """Return the files in *folder*. Raises ManifestError if that cannot be read."""
    try:
        with os.scandir(folder) as entries:
            return sorted(folder / entry.name for entry in entries if not is_folder(entry))
    except OSError as error:
        raise unreadable(error, shown_path(folder)) from None


def _are_deep(files: Sequence[Path]) -> bool:
    """Return whether they are in more than one folder, so that one may hold parts of another."""
    return len({file.parent for file in files}) > 1


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 - `Path.absolute` leaves `..` in


def _too_many(folder: Path) -> ManifestError:
    file = shown_path(folder)
    text = f"{file} would hold the parts of a manifest, and it has more than {_MOST_PARTS:,} files"
    hint = "give the folder a name that no manifest beside it has"
    return ManifestError([fault(FileCode.TOO_MANY, text, file=file, hint=hint)])


def _bad(project: Project, text: str, hint: str) -> ManifestError:
    file = shown_path(project.path or project.root)
    return ManifestError([fault(ProjectCode.BAD_OVERLAYS, text, file=file, hint=hint)])
