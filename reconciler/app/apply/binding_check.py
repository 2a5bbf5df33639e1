"""Whether a plan still goes where the project binds its sources (design.md#staleness)."""

from collections.abc import Collection, Iterable, Iterator

from reconciler.applying.refresh import identify
from reconciler.backend.import_sources import Backend
from reconciler.codes.failure import StaleCode
from reconciler.command_line import command_line, plan_again
from reconciler.errors import ManifestError, ReconcilerError, StalePlan
from reconciler.manifest.load import Loaded, load_project_manifests
from reconciler.manifest.project.bindings import bind_sources, binds_any, written_ids
from reconciler.manifest.project.model import BackendKind, Project
from reconciler.model.source import SourceRef
from reconciler.planning.plan import Plan
from reconciler.value import replace


async def check_binding(
    project: Project, plan: Plan, backend: Backend, *, left: Collection[str] | None = None
) -> None:
    """Raise StalePlan unless the project binds the sources of *plan* as they were planned.

    *left* are those that a run to be resumed has left, None for a plan of which all is to be sent.
    The API is asked only where a token has to tell the ids. Raises ManifestError for a source that
    nothing binds any more, and whatever *backend* raises.
    """
    planned = {
        s.source: SourceRef(
            name=s.source, import_source_id=s.import_source_id, workspace_id=s.workspace_id
        )
        for s in plan.sources
        # An offline plan is for no import source, and cannot be applied.
        if s.config_status is not None and (left is None or s.source in left)
    }
    hint = plan_again() if left is None else f"bind it as it was, {_then_resume()}"
    loaded = _loaded(project)
    for ref in planned.values():
        _check_left_out(project, ref, loaded, hint)
    now = [*_bound_now(project, planned.values(), loaded)]
    _compare(planned, (ref for ref in now if ref.import_source_id and ref.workspace_id), hint)
    _compare(planned, [await identify(backend, ref) for ref in now], hint)


async def bound_elsewhere(
    project: Project, plan: Plan, backend: Backend, *, left: Collection[str]
) -> dict[str, ReconcilerError]:
    """Return, by source, why what a run has *left* is not resumed: what `check_binding` raises."""
    found: dict[str, ReconcilerError] = {}
    try:
        await check_binding(project, plan, backend, left=left)
    except ReconcilerError:
        for name in sorted(left):
            try:
                await check_binding(project, plan, backend, left={name})
            except ReconcilerError as error:
                found[name] = error
    return found


def _compare(planned: dict[str, SourceRef], now: Iterable[SourceRef], hint: str) -> None:
    for ref in now:
        if ref != planned[ref.name]:
            why = f"the project binds {ref.name} to {ref} now"
            raise _stale(planned[ref.name], why, hint)


def _check_left_out(project: Project, ref: SourceRef, loaded: Loaded, hint: str) -> None:
    """Raise StalePlan if nothing binds *ref*, and what is bound has its place or leaves it out."""
    environment = project.environment
    written = written_ids(project, loaded)
    if ref.name in written or environment.backend is BackendKind.EMBEDDED:
        return
    for name, template in written.items():
        if ref.import_source_id and template.known(project.variables) == ref.import_source_id:
            raise _stale(ref, f"{name} is bound to it now, not {ref.name}", hint)
    if binds_any(project):
        raise _stale(
            ref,
            f"environment {environment.name} does not bind {ref.name}",
            f"bind it under environments: {environment.name}: sources: {ref.name}: "
            f"{{importSourceId: {ref.import_source_id or '…'}}}"
            f"{'' if hint == plan_again() else f', {_then_resume()}'}",
        )


def _then_resume() -> str:
    return f"then resume: {command_line('apply --resume')}"


def _stale(planned: SourceRef, why: str, hint: str) -> StalePlan:
    return StalePlan(
        f"the plan is stale: it is for {planned}, and {why}",
        code=StaleCode.BINDING_CHANGED,
        hint=hint,
    )


def _bound_now(
    project: Project, planned: Collection[SourceRef], loaded: Loaded
) -> Iterator[SourceRef]:
    """Yield what the project says of *planned*; ids of which it says nothing are as planned.

    So they are on a machine that received only the plan, in an environment that binds none, and
    where a manifest is gone: that is another reason to refuse (`changed_manifests`).
    """
    known = {m.source for m in loaded.manifests} | written_ids(project, loaded).keys()
    said = {r.name for r in planned if r.name in known}
    if project.environment.backend is BackendKind.EMBEDDED:
        said = {ref.name for ref in planned}
    yield from bind_sources(project, said, loaded)
    workspace = project.environment.workspace_id
    for ref in planned:
        if ref.name not in said:
            named = workspace.resolve(project.variables) if workspace else ref.workspace_id
            yield replace(ref, workspace_id=named)


def _loaded(project: Project) -> Loaded:
    try:
        return load_project_manifests(project)
    except ManifestError:
        return Loaded(manifests=(), faulty=(), diagnostics=(), skipped={})
