"""`apply`: send what the plan holds, and follow it to its end."""

import os
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from reconciler.app.backends import (
    Backends,
    backends_of,
    clock_of,
    pace_of,
    reading_deadline,
    runner_name,
    without_schema_auth,
)
from reconciler.app.binding_check import bound_elsewhere, check_binding
from reconciler.app.desired import load_desired
from reconciler.app.event_loop import run_async
from reconciler.app.plan import Planned, plan_live
from reconciler.app.plan_options import PlanSettings
from reconciler.app.project import journal_of, open_environment
from reconciler.app.saved_plan import changed_manifests, load_plan, resumable
from reconciler.app.selection import Selection
from reconciler.applying.context import ApplyPorts
from reconciler.applying.run import ApplyOptions
from reconciler.applying.run import apply as run_plan
from reconciler.applying.run import resume as resume_run
from reconciler.cli.apply_output import ApplyOutput
from reconciler.cli.exit_codes import ExitCode, worst
from reconciler.cli.progress import ScreenProgress
from reconciler.cli.report_codes import of_plan
from reconciler.cli.reports import Reports
from reconciler.cli.run_codes import of_report
from reconciler.cli.settings import Settings
from reconciler.cli.variables import by_hand
from reconciler.command_line import command_line
from reconciler.errors import StalePlan, WrongUsage
from reconciler.journal.leases import this_runner
from reconciler.manifest.project.file import Project
from reconciler.outcome.apply_record import ApplyRecord
from reconciler.outcome.results import ApplyReport
from reconciler.planning.plan import Plan
from reconciler.value import Value, replace


class _Run(Value):
    """How to run a plan, from the command line."""

    settings: Settings
    options: ApplyOptions
    output: ApplyOutput


def apply(
    settings: Settings,
    *,
    selection: Selection,
    auto_approve: bool,
    fail_fast: bool,
    sync: bool,
    timeout: float,
    lock_timeout: float,
    resume: bool,
    reports: Reports[ApplyRecord],
    how: PlanSettings,
) -> int:
    """Run the command and return its exit code."""
    run = _Run(
        settings=settings,
        options=ApplyOptions(
            parallelism=how.parallelism,
            fail_fast=fail_fast,
            timeout=timeout,
            lock_timeout=lock_timeout,
        ),
        output=ApplyOutput(settings, reports),
    )
    if resume:
        _refuse_beside_resume(selection, how, sync=sync)
        return run.output.around(lambda: _resume(run, how))
    saved = [path for path in map(Path, selection.names) if path.exists() and not path.is_dir()]
    if not saved:
        return run.output.around(
            lambda: _apply_live(run, selection, how, sync=sync, auto_approve=auto_approve)
        )
    if len(selection.names) > 1:
        raise WrongUsage(f"{saved[0]} is a saved plan: it stands alone, without other arguments")
    for option in _overriding(selection, how, sync=sync):
        raise WrongUsage(
            f"{option} cannot change a saved plan",
            hint=f"plan and send at once: {command_line('apply --sync')}"
            if option == "--sync"
            else f"plan again with {option}",
        )
    return run.output.around(lambda: _apply_saved(run, saved[0], how, auto_approve=auto_approve))


def _refuse_beside_resume(selection: Selection, how: PlanSettings, *, sync: bool) -> None:
    """Raise WrongUsage for options that would change what is resumed: the journal has its plan."""
    if selection.names:
        raise WrongUsage("--resume goes on with the whole run that was left: name nothing beside")
    for option in _overriding(selection, how, sync=sync):
        raise WrongUsage(f"{option} cannot change the plan of the run that is resumed")


def _overriding(selection: Selection, how: PlanSettings, *, sync: bool) -> list[str]:
    """Return the options on the command line that would change a plan."""
    options = {**how.overrides(), "--sync": sync, **selection.overrides()}
    return by_hand(option for option, given in options.items() if given)


def _resume(run: _Run, how: PlanSettings) -> int:
    project = open_environment(run.settings.environment)
    with journal_of(project) as journal:
        unfinished = resumable(journal.unfinished(project.environment.name))
    if unfinished is None:
        run.settings.err.line("There is nothing to resume: no run was left open.")
        return ExitCode.DONE
    record, plan = unfinished
    run.output.loaded(plan)
    how.check_digest(plan)
    run.settings.err.line(
        f"Resuming the run of {record.started_at} by {record.runner or 'an earlier version'}"
    )

    left = record.open_sources()
    refused = changed_manifests(project, plan)

    async def go_on() -> int:
        async with backends_of(_as_needed(project, plan), **_connection(run)) as backends:
            elsewhere = await bound_elsewhere(project, plan, backends.sources, left=left)
            here = record.without(elsewhere)
            code = ExitCode.DONE
            if left - elsewhere.keys():
                work = partial(resume_run, here, plan, refused=refused)
                code = of_report(await _carried_out(run, project, backends, work))
            if elsewhere and code is not ExitCode.INTERRUPTED:
                first, *more = elsewhere.values()
                raise ExceptionGroup("sources bound elsewhere", [first, *more]) if more else first
            return code

    return run_async(go_on())


def _apply_saved(run: _Run, path: Path, how: PlanSettings, *, auto_approve: bool) -> int:
    plan = load_plan(path)
    run.output.loaded(plan)
    how.check_digest(plan)
    asked = run.settings.environment
    if asked not in {None, plan.environment}:
        raise WrongUsage(f'{path} was made for the environment "{plan.environment}", not "{asked}"')
    project = open_environment(asked, planned=plan.environment)
    refused = changed_manifests(project, plan)
    if not auto_approve:
        run.output.ask_about_losses(plan)

    async def send() -> int:
        async with backends_of(_as_needed(project, plan), **_connection(run)) as backends:
            await check_binding(project, plan, backends.sources)
            return of_report(await _send(run, project, backends, plan, refused))

    return run_async(send())


def _apply_live(
    run: _Run, selection: Selection, how: PlanSettings, *, sync: bool, auto_approve: bool
) -> int:
    settings = run.settings
    project = open_environment(settings.environment)
    try:
        desired = load_desired(project, selection)
    except WrongUsage as error:
        if not selection.names or selection.overrides():
            raise
        # An argument may be meant as either.
        raise WrongUsage(f"{error}, and there is no such file", hint=error.hint) from error
    options = how.options(desired, sync=sync)

    async def send() -> int:
        project, lanes = desired.project, how.parallelism
        reading = reading_deadline(len(desired.manifests), lanes=lanes, pace=pace_of(project))
        async with backends_of(project, **_connection(run)) as backends:
            planned = await plan_live(
                desired,
                backends.with_deadline(reading),
                options=options,
                parallelism=how.parallelism,
                progress=ScreenProgress(settings.err),
            )
            how.check_digest(planned.plan)
            return await _approve_and_send(
                run, project, backends, planned, auto_approve=auto_approve
            )

    return run_async(send())


def _as_needed(project: Project, plan: Plan) -> Project:
    """Return *project* as the stored *plan* needs it: `schemaAuth` for schema operations alone."""
    has_calls = any(each.schema_operations for each in plan.sources)
    return project if has_calls else without_schema_auth(project)


def _connection(run: _Run) -> dict[str, Any]:
    return {
        "connections": run.options.parallelism,
        "on_pause": run.output.on_pause,
        "unexpected": run.output.unexpected,
    }


async def _approve_and_send(
    run: _Run, project: Project, backends: Backends, planned: Planned, *, auto_approve: bool
) -> int:
    settings, plan = run.settings, planned.plan
    run.output.planned(plan)
    codes = [of_plan(plan, detailed=False)]
    if planned.unread:
        codes.append(ExitCode.ERROR)
        if run.options.fail_fast:
            settings.err.line("Nothing was sent: a source could not be read (--fail-fast).")
            return worst(codes)
    if plan.has_changes:
        if not auto_approve:
            run.output.ask(plan)
        codes.append(of_report(await _send(run, project, backends, plan)))
    return worst(codes)


async def _send(
    run: _Run,
    project: Project,
    backends: Backends,
    plan: Plan,
    refused: Mapping[str, StalePlan] | None = None,
) -> ApplyReport:
    work = partial(run_plan, plan, refused=refused)
    return await _carried_out(run, project, backends, work)


async def _carried_out(
    run: _Run,
    project: Project,
    backends: Backends,
    work: Callable[..., Awaitable[ApplyReport]],
) -> ApplyReport:
    """Do *work* with the journal open, progress shown, and signals handled."""
    environment = project.environment
    options = replace(
        run.options,
        longest_operation=environment.longest_operation,
        one_writer=environment.schema_auth is not None,
    )
    with journal_of(project) as journal, run.output.watched() as stop:
        return await work(
            ApplyPorts(
                backend=backends.sources,
                object_schemas=backends.object_schemas,
                journal=journal,
                runner=this_runner(runner_name(os.environ)),
                emit=run.output.emit,
                clock=clock_of(project),
                stop=stop,
            ),
            options=options,
        )
