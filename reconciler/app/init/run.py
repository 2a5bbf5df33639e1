"""`init`: what is asked for, and the files that come of it."""

import re
from collections.abc import Iterator
from pathlib import Path

from reconciler.app.init.files import (
    NewFile,
    check_free,
    local_project,
    missing_ignores,
    project_files,
    write_files,
)
from reconciler.app.init.manifest import inferred_manifest
from reconciler.app.progress import Progress
from reconciler.app.project import open_project
from reconciler.command_line import command_line
from reconciler.errors import DataError, ManifestError, ReconcilerError
from reconciler.manifest.draft import Draft, read_draft
from reconciler.manifest.files import manifests_in, real_path
from reconciler.manifest.load import load_project_manifests
from reconciler.manifest.project.file import (
    Project,
    default_project,
    find_project,
    is_project_name,
)
from reconciler.manifest.project.model import DATA_DIRECTORY
from reconciler.manifest.text.file import shown_path
from reconciler.mapping.inference.names import slug
from reconciler.model.document import walk_types
from reconciler.outcome.new_project import InitResult
from reconciler.value import Value

_SOURCE = re.compile(r"\w[\w.-]{0,99}")
# The data of an example: laptops and who has them.
_EXAMPLE = Path("data", "laptops.csv")
_EXAMPLE_TEXT = """\
serial_number,name,model,bought,price,owner
C02XK1,ann-laptop,Book Pro 14,2024-03-01,1899.00,ann@example.com
C02XK2,bob-laptop,Book Pro 14,2024-03-01,1899.00,bob@example.com
C02XK3,spare-1,Book Air 13,2023-11-20,1249.50,
"""


class InitRequest(Value):
    """The request of an `init` command: `data` to infer a manifest from, an `environment`."""

    data: Path | None = None
    environment: str | None = None
    source: str | None = None


def init_project(asked: InitRequest, progress: Progress) -> InitResult:
    """Write what is *asked* for, all of it or nothing, and return what that is.

    Raises ReconcilerError if a file is in the way, and DataError for data without entries.
    """
    path = find_project(None)
    if path is not None and asked.data is None:
        raise ReconcilerError(
            f"nothing was written: {shown_path(path)} is there already",
            hint="add a manifest to it: " + command_line("init --from FILE"),
        )
    project = default_project(Path()) if path is None else open_project(asked.environment)
    data = asked.data or _EXAMPLE
    target = _target(project, data, asked.source)
    files = [] if path else project_files(project.root, local_project(asked.environment))
    example = [] if asked.data else [NewFile(path=data, text=_EXAMPLE_TEXT)]
    check_free([*files, *example, NewFile(path=target.path, text="")])
    written = write_files(example)
    inferred = inferred_manifest(
        data,
        target.source,
        called=_stem(data),
        id_base=target.id_base,
        file=shown_path(target.path),
        progress=progress,
    )
    files.append(NewFile(path=target.path, text=inferred.text))
    written += write_files(files)
    return InitResult(
        written=written,
        environment=asked.environment or project.environment.name,
        inferred=inferred,
        remarks=tuple(_remarks(project)),
        next_steps=(
            command_line("plan"),
            command_line("apply"),
            command_line("ingest run", target.source, str(data)),
        ),
    )


class _Target(Value):
    """Where the manifest of `source` goes, and how its external ids begin."""

    path: Path
    source: str
    id_base: str


def _target(project: Project, data: Path, wanted: str | None) -> _Target:
    """Return the target of the manifest for *data*, whose stem names it unless *wanted* does."""
    stem = _stem(data) if wanted is None else wanted
    source = stem if _SOURCE.fullmatch(stem) else slug(stem)
    if is_project_name(f"{source}.yaml"):
        source = f"{source}-data"
    root = project.root
    name = f"{source}.yaml"
    path = root / (name if real_path(root / name) != real_path(data) else f"{source}-manifest.yaml")
    if project.path is None:
        _check_data(root, data)
        return _Target(path=path, source=source, id_base=slug(source))
    loaded = load_project_manifests(project, besides=[data])
    same = [manifest.file for manifest in loaded.manifests if manifest.source == source]
    if same:
        raise ReconcilerError(
            f"nothing was written: {same[0]} is the manifest of {source} already",
            hint=f"name another source: {command_line('init --from FILE --source NAME')}",
        )
    _check_data(root, data)
    taken = {
        object_type.external_id or ""
        for manifest in loaded.manifests
        for object_type, _ in walk_types(manifest.document.object_types)
    }
    base, number = slug(source), 1
    while any(each.startswith(f"{base}/") for each in taken):
        number += 1
        base = f"{slug(source)}-{number}"
    return _Target(path=path, source=source, id_base=base)


def _stem(data: Path) -> str:
    return data.name.partition(".")[0] or "data"


def _check_data(root: Path, data: Path) -> None:
    """Raise DataError if *data* would be taken for a manifest of the project in *root*."""
    if not any(real_path(path) == real_path(data) for path in manifests_in(root)):
        return
    try:
        found = read_draft(data)
    except ManifestError:
        return  # what is wrong with it is said of data, too
    if isinstance(found, Draft) or found.is_near_miss:
        file = shown_path(data)
        raise DataError(
            f"{file} would be read as a manifest: its keys are those of one",
            hint="move it into a folder, as data/, and name it there",
        )


def _remarks(project: Project) -> Iterator[str]:
    if missing_ignores(project.root):
        yield f"add {DATA_DIRECTORY}/ to .gitignore: its journal holds what was sent"
    if project.manifest_globs is not None:
        yield 'the project file names its manifests: add the new one under "manifests"'
