"""Where the manifest for a file of data goes, and what nobody else may have: source and ids."""

from pathlib import Path

from reconciler.command_line import command_line
from reconciler.errors import DataError, ManifestError, ReconcilerError
from reconciler.manifest.draft import Draft, read_draft
from reconciler.manifest.files import manifests_in, real_path
from reconciler.manifest.load import load_project_manifests
from reconciler.manifest.project.file import is_project_name
from reconciler.manifest.project.model import Project
from reconciler.manifest.text.file import shown_path
from reconciler.mapping.inference.names import slug
from reconciler.model.document import walk_types
from reconciler.regex import regex
from reconciler.value import Value

_SOURCE = regex(r"\w[\w.-]{0,99}")


class ManifestTarget(Value):
    """Where the manifest of `source` goes, and how its external ids begin."""

    path: Path
    source: str
    id_base: str


def target_of(project: Project, data: Path, wanted: str | None) -> ManifestTarget:
    """Return the target of the manifest for *data*, whose stem names it unless *wanted* does."""
    stem = stem_of(data) if wanted is None else wanted
    source = stem if _SOURCE.fullmatch(stem) else slug(stem)
    if is_project_name(f"{source}.yaml"):
        source = f"{source}-data"
    root = project.root
    name = f"{source}.yaml"
    path = root / (name if real_path(root / name) != real_path(data) else f"{source}-manifest.yaml")
    _check_data(root, data)
    loaded = load_project_manifests(project, besides=[data])
    same = [manifest.file for manifest in loaded.manifests if manifest.source == source]
    if same:
        raise ReconcilerError(
            f"nothing was written: {same[0]} is the manifest of {source} already",
            hint=f"move {same[0]} away to infer it again, "
            f"or name another source: {command_line('init --from FILE --source NAME')}",
        )
    taken = {
        object_type.external_id or ""
        for manifest in loaded.manifests
        for object_type, _ in walk_types(manifest.document.object_types)
    }
    base, number = slug(source), 1
    while any(each.startswith(f"{base}/") for each in taken):
        number += 1
        base = f"{slug(source)}-{number}"
    return ManifestTarget(path=path, source=source, id_base=base)


def stem_of(data: Path) -> str:
    """Return the name of the file *data* up to its first dot."""
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
