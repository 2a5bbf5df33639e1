"""Send plans through the environment of a project, for `apply` and the Python API.

A plan just made is sent as soon as it is approved. One that comes from elsewhere is first compared
with what the project says now (design.md#staleness).
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from functools import partial
from typing import Protocol

from reconciler.app.apply.binding_check import bound_elsewhere, check_binding
from reconciler.app.backends import (
    Backends,
    backends_of,
    clock_of,
    pace_of,
    reading_deadline,
    without_schema_auth,
)
from reconciler.app.desired import Desired
from reconciler.app.plan import Planned, plan_live
from reconciler.app.progress import Progress
from reconciler.app.project import journal_of
from reconciler.app.saved_plan import changed_manifests
from reconciler.applying.context import ApplyOptions, ApplyPorts
from reconciler.applying.run import apply as run_plan
from reconciler.applying.run import resume as resume_run
from reconciler.applying.stop import Stop
from reconciler.backend.requests import OnPause
from reconciler.errors import ReconcilerError, WrongUsage
from reconciler.journal.leases import runner_name, this_runner
from reconciler.manifest.project.model import Project
from reconciler.outcome.events import Emit
from reconciler.outcome.records import RunRecord
from reconciler.outcome.results import ApplyReport
from reconciler.outcome.unexpected_answers import UnexpectedAnswers
from reconciler.planning.inputs import PlanOptions
from reconciler.planning.plan import Plan
from reconciler.value import Value, replace


class Listener(Protocol):
    """Who hears of a run, and may stop it."""

    @property
    def emit(self) -> Emit:
        """What takes the events of the run."""

    @property
    def on_pause(self) -> OnPause:
        """What takes the pauses before requests are repeated."""

    @property
    def unexpected(self) -> UnexpectedAnswers:
        """What collects what nobody knew of in answers."""

    def watched(self) -> AbstractContextManager[Stop]:
        """Listen during the block, inside the running loop; yield what stops the run."""


class Resumed(Value):
    """How what was left ended, None if nothing was sent; `elsewhere` is why not, by source."""

    report: ApplyReport | None
    elsewhere: Mapping[str, ReconcilerError]


async def send_saved(
    project: Project, plan: Plan, options: ApplyOptions, listener: Listener
) -> ApplyReport:
    """Send *plan*, which was made earlier, and return how it ended for each source.

    A source whose manifest has changed since is stale in the report. Raises WrongUsage for a plan
    of another environment, and what `check_binding` and `reconciler.applying.run.apply` raise.
    """
    if plan.environment != project.environment.name:
        raise WrongUsage(
            f'the plan is for the environment "{plan.environment}", '
            f'not "{project.environment.name}"'
        )
    refused = changed_manifests(project, plan)
    async with _connected(_as_needed(project, plan), options, listener) as backends:
        await check_binding(project, plan, backends.sources)
        work = partial(run_plan, plan, refused=refused)
        return await _carried_out(project, options, listener, backends, work)


async def send_live(
    desired: Desired,
    how: PlanOptions,
    options: ApplyOptions,
    listener: Listener,
    progress: Progress,
    *,
    approve: Callable[[Planned], bool],
) -> ApplyReport | None:
    """Plan *desired*, send that if *approve* returns whether to, and return how it ended.

    Raises what `plan_live`, *approve* and `reconciler.applying.run.apply` raise.
    """
    project, lanes = desired.project, options.parallelism
    reading = reading_deadline(len(desired.manifests), lanes=lanes, pace=pace_of(project))
    async with _connected(project, options, listener) as backends:
        planned = await plan_live(
            desired,
            backends.with_deadline(reading),
            options=how,
            parallelism=lanes,
            progress=progress,
        )
        if not approve(planned):
            return None
        work = partial(run_plan, planned.plan)
        return await _carried_out(project, options, listener, backends, work)


async def send_left(
    project: Project, left: RunRecord, plan: Plan, options: ApplyOptions, listener: Listener
) -> Resumed:
    """Go on with *plan* where the run *left* ended, but for sources that are bound elsewhere now.

    Raises what `reconciler.applying.run.resume` raises.
    """
    refused, sources = changed_manifests(project, plan), left.open_sources()
    async with _connected(_as_needed(project, plan), options, listener) as backends:
        elsewhere = await bound_elsewhere(project, plan, backends.sources, left=sources)
        report = None
        if sources - elsewhere.keys():
            work = partial(resume_run, left.without(elsewhere), plan, refused=refused)
            report = await _carried_out(project, options, listener, backends, work)
    return Resumed(report=report, elsewhere=elsewhere)


def _as_needed(project: Project, plan: Plan) -> Project:
    """Return *project* as the stored *plan* needs it: `schemaAuth` for schema operations alone."""
    has_calls = any(each.schema_operations for each in plan.sources)
    return project if has_calls else without_schema_auth(project)


def _connected(
    project: Project, options: ApplyOptions, listener: Listener
) -> AbstractAsyncContextManager[Backends]:
    return backends_of(
        project,
        connections=options.parallelism,
        on_pause=listener.on_pause,
        unexpected=listener.unexpected,
    )


async def _carried_out(
    project: Project,
    options: ApplyOptions,
    listener: Listener,
    backends: Backends,
    work: Callable[..., Awaitable[ApplyReport]],
) -> ApplyReport:
    """Do *work* with the journal open and *listener* listening."""
    environment = project.environment
    with journal_of(project) as journal, listener.watched() as stop:
        return await work(
            ApplyPorts(
                backend=backends.sources,
                object_schemas=backends.object_schemas,
                journal=journal,
                runner=this_runner(runner_name(project.variables)),
                emit=listener.emit,
                clock=clock_of(project),
                stop=stop,
            ),
            options=replace(
                options,
                longest_operation=environment.longest_operation,
                one_writer=environment.schema_auth is not None,
            ),
        )
