"""The import source of each manifest in the selected environment (design.md#bindings)."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import NAMESPACE_URL, uuid5

from reconciler.codes.project import ProjectCode
from reconciler.errors import ManifestError
from reconciler.manifest.load import Manifest
from reconciler.manifest.project.model import LOCAL, BackendKind, Binding, Project
from reconciler.manifest.text.fault import fault
from reconciler.manifest.text.file import shown_path
from reconciler.manifest.text.tree import Place
from reconciler.manifest.wording import quote
from reconciler.model.source import SourceRef


def bind(project: Project, manifests: Sequence[Manifest]) -> tuple[SourceRef, ...]:
    """Return the import source of each of *manifests*, as `bind_sources` does."""
    return bind_sources(project, [m.source for m in manifests], manifests)


def bind_sources(
    project: Project, names: Iterable[str], manifests: Sequence[Manifest]
) -> tuple[SourceRef, ...]:
    """Return the import sources of *names*, sorted by name.

    The environment's binding has priority over the manifest of the source, if it is among
    *manifests*; discovery replaces an id of None. In an embedded environment ids are derived
    from the names. Raises ManifestError if two sources have the same id.
    """
    by_source = {m.source: m for m in manifests}
    refs = tuple(_bound(project, name, by_source.get(name)) for name in sorted(set(names)))
    _check_unique(project, refs, by_source)
    return refs


def embedded_id(source: str) -> str:
    """Return the id of *source* in an embedded environment."""
    return str(uuid5(NAMESPACE_URL, source))


def _bound(project: Project, source: str, manifest: Manifest | None) -> SourceRef:
    environment = project.environment
    if environment.backend is BackendKind.EMBEDDED:
        return SourceRef(
            name=source,
            import_source_id=embedded_id(source),
            workspace_id=LOCAL,
        )
    binding = environment.sources.get(source, Binding())
    own = None if manifest is None else manifest.import_source_id
    return SourceRef(
        name=source,
        import_source_id=binding.import_source_id or own,
        workspace_id=environment.workspace_id,
    )


def _check_unique(
    project: Project, refs: Sequence[SourceRef], manifests: Mapping[str, Manifest]
) -> None:
    first: dict[str, SourceRef] = {}
    found = []
    for ref in refs:
        if ref.import_source_id is None:
            continue
        other = first.setdefault(ref.import_source_id, ref)
        if other is not ref:
            file, place = _where(project, ref.name, manifests.get(ref.name))
            found.append(
                fault(
                    ProjectCode.DUPLICATE_IMPORT_SOURCE_ID,
                    f"sources {quote(other.name)} and {quote(ref.name)} have the same "
                    f"importSourceId, {quote(ref.import_source_id)}",
                    file=file,
                    place=place,
                    hint="an import source has one mapping: one manifest each",
                )
            )
    if found:
        raise ManifestError(found)


def _where(project: Project, source: str, manifest: Manifest | None) -> tuple[str, Place | None]:
    """Return the file and place of the id of *source*: in its manifest, else in the binding."""
    if manifest is not None:
        return manifest.file, manifest.place("/importSourceId")
    binding = project.environment.sources.get(source, Binding())
    return shown_path(project.path or project.root), binding.place
