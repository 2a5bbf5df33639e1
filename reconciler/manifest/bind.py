"""Which import source each manifest means in the selected environment (design.md section 4)."""

from collections.abc import Sequence
from uuid import NAMESPACE_URL, uuid5

from reconciler.errors import ManifestError
from reconciler.manifest.fault import fault
from reconciler.manifest.load import Manifest
from reconciler.manifest.project_model import LOCAL, BackendKind, Binding, Project
from reconciler.manifest.wording import shown
from reconciler.model.source import SourceRef


def bind(project: Project, manifests: Sequence[Manifest]) -> tuple[SourceRef, ...]:
    """Return the import source of each of *manifests*, sorted by source.

    The environment's binding decides, else the manifest; an id of None is for discovery
    to find. In an embedded environment ids follow from the names. Raises ManifestError
    where two sources have one id.
    """
    refs = tuple(_bound(project, m) for m in sorted(manifests, key=lambda m: m.source))
    _check_unique(refs, {m.source: m for m in manifests})
    return refs


def _bound(project: Project, manifest: Manifest) -> SourceRef:
    environment = project.environment
    if environment.backend is BackendKind.EMBEDDED:
        return SourceRef(
            name=manifest.source,
            import_source_id=str(uuid5(NAMESPACE_URL, manifest.source)),
            workspace_id=LOCAL,
        )
    binding = environment.sources.get(manifest.source, Binding())
    return SourceRef(
        name=manifest.source,
        import_source_id=binding.import_source_id or manifest.import_source_id,
        workspace_id=environment.workspace_id,
    )


def _check_unique(refs: Sequence[SourceRef], manifests: dict[str, Manifest]) -> None:
    first: dict[str, SourceRef] = {}
    found = []
    for ref in refs:
        if ref.import_source_id is None:
            continue
        other = first.setdefault(ref.import_source_id, ref)
        if other is not ref:
            manifest = manifests[ref.name]
            found.append(
                fault(
                    "duplicate-import-source-id",
                    f"sources {shown(other.name)} and {shown(ref.name)} have the same "
                    f"importSourceId, {shown(ref.import_source_id)}",
                    file=manifest.file,
                    place=manifest.place("/importSourceId"),
                    hint="an import source has one mapping: one manifest each",
                )
            )
    if found:
        raise ManifestError(found)
