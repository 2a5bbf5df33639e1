"""The import sources of a selection, for commands that need no document."""

from collections.abc import Collection, Mapping
from pathlib import Path

from reconciler.app.desired import NO_LABELS, choose, labels_of, no_manifest
from reconciler.app.selection import Selection
from reconciler.diagnostics import Diagnostic, errors_in
from reconciler.errors import ManifestError
from reconciler.manifest.load import load_project_manifests
from reconciler.manifest.project.bindings import bind_each, written_ids
from reconciler.manifest.project.model import BackendKind, Project
from reconciler.model.source import SourceRef
from reconciler.value import Value


class BoundSources(Value):
    """The import sources of a selection, by source why others cannot be found, and remarks.

    The `diagnostics` are about files and the selection: near misses, and errors of files that
    may be any source's.
    """

    refs: tuple[SourceRef, ...]
    failed: Mapping[str, ManifestError]
    diagnostics: tuple[Diagnostic, ...]


def bound_source(project: Project, name: str, *, besides: Collection[Path] = ()) -> SourceRef:
    """Return the import source of *name* as `each_bound_source` does.

    Raises ManifestError with the errors of one that cannot be found, too.
    """
    found = each_bound_source(project, Selection.of_one(name), besides=besides)
    if found.failed:
        raise ManifestError([d for error in found.failed.values() for d in error.diagnostics])
    (ref,) = found.refs
    return ref


def each_bound_source(
    project: Project, selection: Selection, *, besides: Collection[Path] = ()
) -> BoundSources:
    """Return the selected import sources, by default those of all manifests.

    For commands that need no document: a manifest in error matters only where it is all that
    could say where its source is. Raises WrongUsage for a part of the selection that matches
    nothing, ManifestError if there is no manifest at all, and as `bind_each` does.
    """
    loaded = load_project_manifests(project, besides=besides)
    errors = errors_in(loaded.diagnostics)
    # A file that cannot be read may be the manifest of any source.
    unreadable = tuple(d for d in errors if d.source is None)
    labels = labels_of(loaded)
    bound_only = project.environment.sources.keys() - labels
    if not labels and not selection.names and not (unreadable and bound_only):
        if unreadable:
            return BoundSources(refs=(), failed={}, diagnostics=unreadable)
        raise no_manifest(project.root, loaded.diagnostics)
    if not unreadable:
        bound_only &= {*selection.names}
    chosen = choose(project, loaded, selection, {**dict.fromkeys(bound_only, NO_LABELS), **labels})
    written = written_ids(project, loaded).keys()
    placed = labels if project.environment.backend is BackendKind.EMBEDDED else written
    names = {*chosen.names, *chosen.unknown}
    failed: dict[str, ManifestError] = {}
    for name in sorted(names.difference(placed)):
        own = [d for d in errors if d.source == name]
        if own or (unreadable and name not in labels):
            failed[name] = ManifestError(own or unreadable)
    bound = bind_each(project, names - failed.keys(), loaded)
    about = () if selection.only_names else unreadable
    return BoundSources(
        refs=bound.refs,
        failed={**failed, **bound.failed},
        diagnostics=(*loaded.near_misses, *about, *chosen.diagnostics),
    )
