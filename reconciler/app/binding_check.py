"""Whether a plan still goes where the project binds its sources (design.md#staleness)."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from reconciler.app.project import bind
from reconciler.applying.refresh import identify
from reconciler.backend import Backend
from reconciler.codes.failure import StaleCode
from reconciler.errors import ManifestError, StalePlan
from reconciler.manifest.load import Manifest, load_project_manifests
from reconciler.manifest.project.bindings import written_ids
from reconciler.manifest.project.file import Project
from reconciler.manifest.project.model import BackendKind
from reconciler.model.source import SourceRef
from reconciler.planning.plan import Plan


async def check_binding(
    project: Project, plan: Plan, backend: Backend, *, among: Collection[str] | None = None
) -> None:
    """Raise StalePlan unless the project binds the sources of *plan* as they were planned.

    *among* are those that matter, None for all. The API is asked only where a token has to tell
    the ids. Raises ManifestError for a source that nothing binds any more, and whatever
    *backend* raises.
    """
    planned = {
        s.source: SourceRef(
            name=s.source, import_source_id=s.import_source_id, workspace_id=s.workspace_id
        )
        for s in plan.sources
        # An offline plan is for no import source, and cannot be applied.
        if s.config_status is not None and (among is None or s.source in among)
    }
    now = [*_bound_now(project, planned.values())]
    _compare(planned, (ref for ref in now if ref.import_source_id and ref.workspace_id))
    _compare(planned, [await identify(backend, ref) for ref in now])


def _compare(planned: dict[str, SourceRef], now: Iterator[SourceRef] | list[SourceRef]) -> None:
    for ref in now:
        if ref != planned[ref.name]:
            raise StalePlan(
                f"the plan is stale: it is for {planned[ref.name]}, and the project binds "
                f"{ref.name} to {ref} now",
                code=StaleCode.BINDING_CHANGED,
                hint="plan again: reconciler plan",
            )


def _bound_now(project: Project, planned: Collection[SourceRef]) -> Iterator[SourceRef]:
    """Yield what the project says of *planned*; ids of which it says nothing are as planned.

    So they are on a machine that received only the plan, and where a manifest is gone: that is
    another reason to refuse (`changed_manifests`).
    """
    manifests = _manifests(project)
    known = {m.source for m in manifests} | project.environment.sources.keys()
    said = {r.name for r in planned if r.name in known}
    if not manifests:
        said &= written_ids(project, ()).keys()
    if project.environment.backend is BackendKind.EMBEDDED:
        said = {ref.name for ref in planned}
    yield from bind(project, said, manifests)
    workspace = project.environment.workspace_id
    for ref in planned:
        if ref.name not in said:
            named = workspace.resolve(project.variables) if workspace else ref.workspace_id
            yield replace(ref, workspace_id=named)


def _manifests(project: Project) -> Sequence[Manifest]:
    try:
        return load_project_manifests(project).manifests
    except ManifestError:
        return ()
