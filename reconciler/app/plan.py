"""Read live and plan, for `plan`, `apply` and `comment --verify`."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from reconciler import __version__
from reconciler.app.backends import Backends, backends_of
from reconciler.app.baselines import baselines, with_neighbours
from reconciler.app.desired import Desired, load_desired
from reconciler.app.event_loop import run_async
from reconciler.app.plan_options import PlanSettings
from reconciler.app.progress import Progress
from reconciler.app.project import open_planned
from reconciler.app.selection import Selection
from reconciler.applying.off_loop import off_loop
from reconciler.applying.refresh import Refreshed, refresh
from reconciler.backend.import_sources import Backend
from reconciler.codes.run import RunCode
from reconciler.diagnostics import Diagnostic, in_reading_order
from reconciler.errors import ManifestError, PlanFileError, ReconcilerError, WrongUsage
from reconciler.manifest.project.facts import load_facts, site_of
from reconciler.model.address import Address
from reconciler.model.source import Live, SourceRef
from reconciler.outcome.timestamp import now
from reconciler.outcome.unexpected_answers import UnexpectedAnswers
from reconciler.planning.inputs import PlanOptions, SourceInput
from reconciler.planning.plan import Plan
from reconciler.planning.planner import make_plan
from reconciler.render.errors import explanation
from reconciler.value import Value, replace

if TYPE_CHECKING:
    from reconciler.app.git import CommitManifests


async def read_sources(
    backend: Backend, sources: Sequence[SourceRef], *, parallelism: int, progress: Progress
) -> dict[str, Refreshed]:
    """Return live of each source, and show on *progress* that it is being read."""
    if not sources:
        return {}
    with progress.reading_sources(len(sources)):
        return await refresh(backend, sources, parallelism=parallelism)


class Planned(Value):
    """The plan of the sources that could be read, and why the others could not.

    `inputs` are what it was made from.
    """

    plan: Plan
    unread: dict[str, ReconcilerError]
    inputs: tuple[SourceInput, ...]


async def plan_live(
    desired: Desired,
    backends: Backends,
    *,
    options: PlanOptions,
    parallelism: int,
    progress: Progress,
    commit: "CommitManifests | None" = None,
    deletes: bool = True,
    places: bool = True,
) -> Planned:
    """Return the plan that takes live, read from *backends*, to *desired*.

    It holds no deletion if it never *deletes*: what would be lost with one is not counted then.
    *places* is whether anybody asks where in the manifests its changes are.

    Changes are attributed against *commit*, without one against the journal's receipts. A
    source that cannot be read does not affect the others; it is named in `unread` and in the
    plan's diagnostics.
    """
    sources = desired.bound()
    known = await off_loop(baselines, desired.project, commit)
    observed = load_facts(desired.project.root)
    refreshed = await read_sources(
        backends.sources, sources, parallelism=parallelism, progress=progress
    )
    manifests = {m.source: m for m in desired.manifests}
    read = [
        SourceInput(
            ref=found.source,
            desired=manifests[name].document,
            live=found.live,
            baseline=known.of(found.source),
            locations=manifests[name].locations,
            places=places,
            renamed_statuses=manifests[name].renamed_statuses,
            facts=observed.of(site_of(desired.project, found.source.workspace_id)),
        )
        for name, found in refreshed.items()
        if isinstance(found.live, Live)
    ]
    schemas, unused = backends.object_schemas, tuple[Diagnostic, ...]()
    if schemas is not None:
        from reconciler.applying import losses, object_schemas  # noqa: PLC0415 - few have schemaAuth

        readings = await object_schemas.read_object_schemas(schemas, read, options.policy.schema)
        read, unused = object_schemas.with_readings(read, readings), object_schemas.unused(readings)
    inputs = with_neighbours(desired, read, known)
    if schemas is not None and deletes:
        inputs = await losses.count_losses(schemas, inputs, readings, options)
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
            *desired.news(inputs),
            *known.diagnostics,
            *observed.diagnostics,
            *unused,
            *dict.fromkeys(d for name, error in unread.items() for d in _unread(name, error)),
        ),
        id_prefix=desired.project.environment.id_prefix,
    )
    if schemas is not None:
        plan = await object_schemas.count_objects(schemas, plan, readings)
    return Planned(plan=plan, unread=unread, inputs=inputs)


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


async def plan_now(
    desired: Desired,
    how: PlanSettings,
    progress: Progress,
    commit: "CommitManifests | None" = None,
    *,
    places: bool = True,
) -> Plan:
    """Return the plan that takes live to *desired*, read from the backend of its project.

    *places* is as for `plan_live`, and so is what is raised. It is `errored` if a source could not
    be read.
    """
    planned = await _planned(desired, how, progress, commit, places=places)
    return replace(planned.plan, errored=bool(planned.unread))


def plan_again(
    saved: Plan,
    selection: Selection,
    how: PlanSettings,
    progress: Progress,
    *,
    environment: str | None,
) -> Plan:
    """Return a new plan in the environment of *saved*, with the residual and losses it allows.

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
    accepted = {
        str(saved.id_prefix.off_address(Address.parse(address))): number
        for address, number in saved.options.accept_loss.items()
    }
    how = replace(
        how,
        allow_residual=how.allow_residual or saved.allow_residual,
        accept_loss={**accepted, **how.accept_loss},
    )

    planned = run_async(_planned(desired, how, progress))
    for error in planned.unread.values():
        raise error
    return planned.plan


async def _planned(
    desired: Desired,
    how: PlanSettings,
    progress: Progress,
    commit: "CommitManifests | None" = None,
    *,
    places: bool = True,
) -> Planned:
    unexpected = UnexpectedAnswers()
    async with backends_of(
        desired.project,
        connections=how.parallelism,
        read_only=True,
        reads=len(desired.manifests),
        unexpected=unexpected,
    ) as backends:
        planned = await plan_live(
            desired,
            backends,
            options=how.options(desired),
            parallelism=how.parallelism,
            progress=progress,
            commit=commit,
            places=places,
        )
    return with_remarks(planned, unexpected.diagnostics())


def with_remarks(planned: Planned, remarks: Iterable[Diagnostic]) -> Planned:
    """Return *planned* with *remarks* that decide nothing in it."""
    diagnostics = in_reading_order((*planned.plan.diagnostics, *remarks))
    return replace(planned, plan=replace(planned.plan, diagnostics=diagnostics))
