"""Which file is the manifest of a source, or will be."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from unicodedata import normalize

from reconciler.app.desired import perhaps_unread
from reconciler.diagnostics import Diagnostic, errors_in
from reconciler.errors import ManifestError, ReconcilerError
from reconciler.manifest.draft import Draft
from reconciler.manifest.load import Loaded
from reconciler.manifest.project.file import PROJECT_FILE
from reconciler.manifest.project.model import Project
from reconciler.manifest.text.file import shown_path
from reconciler.model.id_prefix import NO_PREFIX, IdPrefix
from reconciler.regex import regex
from reconciler.value import Value

_LONGEST_NAME = 255
# Not allowed in file names: some system treats them as part of a path, a drive or a pattern.
_UNSAFE = frozenset('/\\:*?"<>|')
# The names of devices on Windows, with any extension.
_DEVICE = regex(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\..*)?", re.IGNORECASE)


class Target(Value):
    """The file of a source's manifest, and the `draft` that was read of it, None of a new one.

    The manifest is without `id_prefix`, and without what live has under ids without it.
    """

    path: Path
    file: str
    id_prefix: IdPrefix = NO_PREFIX
    draft: Draft | None = None


class Targets(Value):
    """The file of each source that can have one, why the others cannot, and unreadable files."""

    found: dict[str, Target]
    refused: dict[str, ReconcilerError]
    unread: tuple[Diagnostic, ...]


def targets_of(project: Project, loaded: Loaded, names: Sequence[str], *, is_all: bool) -> Targets:
    """Return the present or future manifest file of each of *names*.

    A file that cannot be read matters if *is_all* asks for every source, or if it may be the
    manifest of a source without one.
    """
    unread = tuple(d for d in errors_in(loaded.diagnostics) if d.source is None)
    found: dict[str, Target] = {}
    refused: dict[str, ReconcilerError] = {}
    taken = {_anywhere(path.name): path.name for path in sorted(project.root.iterdir())}
    for name in names:
        try:
            found[name] = _target(project, loaded, name, taken)
        except ReconcilerError as error:
            refused[name] = error
    with_manifest = {manifest.source for manifest in loaded.manifests}
    matters = is_all or not with_manifest.issuperset(names)
    return Targets(found=found, refused=refused, unread=unread if matters else ())


def _target(project: Project, loaded: Loaded, name: str, taken: dict[str, str]) -> Target:
    errors = errors_in(loaded.diagnostics)
    if own := [d for d in errors if d.source == name]:
        raise ManifestError(own)
    for manifest in loaded.manifests:
        if manifest.source == name:
            return Target(
                path=Path(manifest.file),
                file=manifest.file,
                id_prefix=project.environment.id_prefix.of(manifest.document),
                draft=manifest.draft,
            )
    if any(d.source is None for d in errors):
        raise perhaps_unread()
    return _new(project, name, taken, loaded)


def _new(project: Project, source: str, taken: dict[str, str], loaded: Loaded) -> Target:
    """Return the file for *source*, which is added to the names that are *taken* so far."""
    name = f"{source}.yaml"
    is_safe = (
        source.isprintable()
        and not _UNSAFE & set(source)
        and source == source.strip()
        and not source.startswith(".")
        and not source.endswith(".")
        and not _DEVICE.fullmatch(source)
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
    taken_by = taken.setdefault(_anywhere(name), name)
    if taken_by == name and not os.path.lexists(path):
        return Target(path=path, file=file, id_prefix=project.environment.id_prefix)
    if taken_by == name:
        other = loaded.skipped.get(file)
        raise ReconcilerError(
            f"{file} is there already, and is not the manifest of {source}",
            hint=other.hint if other and other.is_near_miss else "move it away, and pull again",
        )
    raise ReconcilerError(
        f"{file} and {taken_by} would be one file where case and the form of accents do not count",
        hint=f'write a manifest of another name that begins with "source: {source}"',
    )


def _anywhere(name: str) -> str:
    """Return what is the same for all names that some file system takes for the name *name*."""
    return normalize("NFC", normalize("NFD", name).casefold())
