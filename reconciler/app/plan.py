"""Read live and plan, for `plan`, `apply` and `comment --verify`; `plan --live` without network."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from reconciler import __version__
from reconciler.app.backends import backend_of
from reconciler.app.baselines import Baselines, baselines
from reconciler.app.desired import Desired, desired_of, load_desired
from reconciler.app.event_loop import run_async
from reconciler.app.files import read_json
from reconciler.app.git import CommitManifests
from reconciler.app.neighbours import beside, on_site
from reconciler.app.plan_options import PlanSettings
from reconciler.app.progress import Progress
from reconciler.app.project import open_planned
from reconciler.app.selection import Selection
from reconciler.applying.clock import Clock
from reconciler.applying.off_loop import off_loop
from reconciler.applying.refresh import Refreshed, refresh
from reconciler.backend import Backend
from reconciler.codes.run import RunCode
from reconciler.command_line import command_line
from reconciler.diagnostics import Diagnostic
from reconciler.errors import ManifestError, PlanFileError, ReconcilerError, WrongUsage
from reconciler.manifest import schemas
from reconciler.manifest.layers import layers_of
from reconciler.manifest.load import Manifest, load_manifests, manifest_paths
from reconciler.manifest.project.file import Project
from reconciler.model.normalise import normalise
from reconciler.model.source import Live, SourceRef
from reconciler.planning.inputs import PlanOptions, SourceInput
from reconciler.planning.plan import Plan
from reconciler.planning.planner import make_plan, surrounded
from reconciler.planning.premises import Premise
from reconciler.render.errors import explanation


async def read_sources(
    backend: Backend, sources: Sequence[SourceRef], *, parallelism: int, progress: Progress
) -> dict[str, Refreshed]:
    """Return live of each source, and show on *progress* that it is being read."""
    if not sources:
        return {}
    with progress.reading_sources(len(sources)):
        return await refresh(backend, sources, parallelism=parallelism)


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """The plan of the sources that could be read, and why the others could not.

    `inputs` are what it was made from.
    """

    plan: Plan
    unread: dict[str, ReconcilerError]
    inputs: tuple[SourceInput, ...]


async def plan_live(
    desired: Desired,
    backend: Backend,
    *,
    options: PlanOptions,
    parallelism: int,
    progress: Progress,
    commit: CommitManifests | None = None,
) -> Planned:
    """Return the plan that takes live, read from *backend*, to *desired*.

    Changes are attributed against *commit*, without one against the journal's receipts. A
    source that cannot be read does not affect the others; it is named in `unread` and in the
    plan's diagnostics.
    """
    sources = desired.bound()
    known = await off_loop(baselines, desired.project, commit)
    refreshed = await read_sources(backend, sources, parallelism=parallelism, progress=progress)
    manifests = {m.source: m for m in desired.manifests}
    read = [
        SourceInput(
            ref=found.source,
            desired=manifests[name].document,
            live=found.live,
            baseline=known.of(found.source),
            locations=manifests[name].locations,
        )
        for name, found in refreshed.items()
        if isinstance(found.live, Live)
    ]
    inputs = _surrounded(desired, read, known)
    unread = {
        name: found.live for name, found in refreshed.items() if not isinstance(found.live, Live)
    }
    plan = make_plan(
        inputs,
        environment=desired.project.environment.name,
        options=options,
        tool_version=__version__,
        created_at=now(),
        diagnostics=(
            *desired.diagnostics,
            *known.diagnostics,
            *dict.fromkeys(d for name, error in unread.items() for d in _unread(name, error)),
        ),
        id_prefix=desired.project.environment.id_prefix,
    )
    return Planned(plan=plan, unread=unread, inputs=inputs)


def _surrounded(
    desired: Desired, read: Sequence[SourceInput], known: Baselines
) -> tuple[SourceInput, ...]:
    """Return *read* with what is around each; of other sources what is *known*."""
    premises = (Premise.IDS_FREE_ON_SITE,) if desired.project.environment.same_site else ()
    names = {each.ref.name for each in read}
    applied = tuple(on_site([each.ref for each in read], known))
    return surrounded(read, beside(desired.loaded, names, known), premises, applied)


def failed_plan(environment: str, diagnostics: Sequence[Diagnostic]) -> Plan:
    """Return a plan that only says why there is no other (design.md#the-plan)."""
    return Plan(
        tool_version=__version__,
        created_at=now(),
        environment=environment,
        sources=(),
        diagnostics=tuple(diagnostics),
        errored=True,
    )


def now() -> str:
    """Return the present time for `created_at`."""
    return Clock().stamp()


def _unread(source: str, error: ReconcilerError) -> Iterable[Diagnostic]:
    if isinstance(error, ManifestError):
        # About what was written, e.g. a token's variable that is not set: the same for many.
        return error.diagnostics
    unread = RunCode.UNREADABLE_SOURCE.diagnostic(
        f"{source} could not be read: {error}",
        hint=explanation(error),
        source=source,
    )
    return (unread,)


NOTHING = "none"


def plan_offline(
    project: Project,
    selection: Selection,
    live: str,
    how: PlanSettings,
    commit: CommitManifests | None,
    *,
    besides: Iterable[Path] = (),
) -> Plan:
    """Return the plan for the one source selected; *live* is a file, or `none`.

    Changes are attributed against *commit*; the journal is not read. The files *besides* are
    not manifests, wherever they are.

    Raises WrongUsage unless exactly one source is selected, or none because none has changed;
    ReconcilerError if the file is not an answer of GET schema-and-mapping.
    """
    # The answer may be beside the manifests without being one.
    paths = manifest_paths(project, besides=(Path(live), *besides))
    loaded = load_manifests(paths, layers=layers_of(project, paths))
    desired = desired_of(project, loaded, selection)
    inputs: tuple[SourceInput, ...] = ()
    known = Baselines(commit=commit, diagnostics=commit.diagnostics if commit else ())
    if len(desired.manifests) == 1:
        given = _offline_input(desired.manifests[0], live, known)
        inputs = _surrounded(desired, [given], known)
    elif desired.manifests or selection.changed_since is None:
        raise WrongUsage(
            f"--live is the answer for one source, and {len(desired.manifests)} are selected",
            hint=f"name the source: {command_line('plan SOURCE --live FILE')}",
        )
    return make_plan(
        inputs,
        environment=project.environment.name,
        options=how.options(desired.project.policy),
        tool_version=__version__,
        created_at=now(),
        diagnostics=(*desired.diagnostics, *known.diagnostics),
        id_prefix=project.environment.id_prefix,
    )


def _offline_input(manifest: Manifest, live: str, known: Baselines) -> SourceInput:
    document = None if live == NOTHING else normalise(_answer(Path(live)))
    ref = SourceRef(name=manifest.source, import_source_id=None, workspace_id=None)
    return SourceInput(
        ref=ref,
        desired=manifest.document,
        live=Live(status=None, document=document),
        baseline=known.of(ref),
        locations=manifest.locations,
    )


def _answer(path: Path) -> dict[str, object]:
    raw = read_json(path)
    if faults := schemas.schema_faults("answer", raw):
        raise ReconcilerError(
            f"{path} is not an answer of GET schema-and-mapping: {faults[0]}",
            hint="save the answer as it came, or say --live none",
        )
    answer: dict[str, object] = raw
    return answer


def plan_again(
    saved: Plan,
    selection: Selection,
    how: PlanSettings,
    progress: Progress,
    *,
    environment: str | None,
) -> Plan:
    """Return a new plan in the environment of *saved*, with the residual that *saved* allows.

    *environment* is the requested one; WrongUsage is raised if *saved* has another.

    Raises ManifestError if a manifest is in error, and the error of the first source that
    cannot be read.
    """
    if saved.errored:
        raise PlanFileError("the plan was made with errors: there is nothing to verify")
    if environment not in {None, saved.environment}:
        raise WrongUsage(
            f"the plan is for {saved.environment}, and --environment says {environment}"
        )
    project = open_planned(saved.environment)
    desired = load_desired(project, selection)
    how = replace(how, allow_residual=how.allow_residual or saved.allow_residual)

    async def run() -> Plan:
        async with backend_of(
            project, connections=how.parallelism, read_only=True, reads=len(desired.manifests)
        ) as backend:
            planned = await plan_live(
                desired,
                backend,
                options=how.options(desired.project.policy),
                parallelism=how.parallelism,
                progress=progress,
            )
        for error in planned.unread.values():
            raise error
        return planned.plan

    return run_async(run())
