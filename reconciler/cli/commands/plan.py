"""`plan`: show what apply would send, and why."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from reconciler.app.backends import backend_of
from reconciler.app.desired import load_desired
from reconciler.app.event_loop import run_async
from reconciler.app.git import CommitManifests, read_commit
from reconciler.app.plan import failed_plan, plan_live, plan_offline
from reconciler.app.plan_data import data_by_source, with_data
from reconciler.app.plan_options import PlanSettings
from reconciler.app.progress import Progress
from reconciler.app.project import open_project
from reconciler.app.repository import project_directory
from reconciler.app.saved_plan import check_plan_name, save_plan, saved_line
from reconciler.app.selection import Selection
from reconciler.cli.failures import FAILURES, failure_diagnostics
from reconciler.cli.progress import ScreenProgress
from reconciler.cli.report_codes import of_plan
from reconciler.cli.reports import Reports
from reconciler.cli.settings import Settings
from reconciler.errors import ManifestError
from reconciler.manifest.project.file import PROJECT_FILE, Project
from reconciler.planning.plan import Plan
from reconciler.render.diagnostics import write_diagnostics, write_verdict
from reconciler.render.report import PlanReport
from reconciler.render.terminal import Screen


def plan(
    settings: Settings,
    *,
    selection: Selection,
    save: Path | None,
    reports: Reports[PlanReport],
    limit: int,
    detailed_exitcode: bool,
    live: str | None,
    base: str | None,
    data: tuple[tuple[str, Path], ...],
    how: PlanSettings,
) -> int:
    """Run the command and return its exit code."""
    environment = settings.environment or ""
    progress = ScreenProgress(settings.err)
    try:
        files = data_by_source(data)
        project = open_project(settings.environment)
        environment = project.environment.name
        if save is not None:
            check_plan_name(save, project)
        if project.path is None and live is None:
            click.get_current_context().with_resource(_rehearsal(settings.err))
        commit = read_commit(project, base) if base is not None else None
        made = (
            _plan(project, selection, how, commit, progress, besides=files.values())
            if live is None
            else plan_offline(project, selection, live, how, commit, besides=files.values())
        )
        made = with_data(made, files, progress)
    except ManifestError as error:
        made = failed_plan(environment, error.diagnostics)
    except FAILURES as error:
        failed = failed_plan(environment, failure_diagnostics(error))
        report = PlanReport(plan=failed, directory=project_directory(), limit=limit)
        reports.tell_failure(report, error, settings)
        raise
    write_diagnostics(made.diagnostics, settings.err)
    if made.errored:
        write_verdict(made.diagnostics, settings.err)
    report = PlanReport(
        plan=made,
        directory=project_directory(),
        limit=limit,
        whole=str(save) if save else None,
    )
    reports.show(report, settings)
    if not made.errored:
        how.check_digest(made)
    if save is not None:
        if made.errored:
            settings.err.line(f"The plan was not saved to {save}: it was made with errors.")
        else:
            save_plan(made, save)
            named = environment if project.path is None else None
            said = saved_line(made, save, named, offline=live is not None)
            settings.err.line(said)
    return of_plan(made, detailed=detailed_exitcode)


@contextmanager
def _rehearsal(screen: Screen) -> Iterator[None]:
    """Say before and after the block that nothing real is planned."""
    line = f"This is a rehearsal on the emulator: there is no {PROJECT_FILE} here."
    screen.line(line)
    yield
    screen.line(line)


def _plan(
    project: Project,
    selection: Selection,
    how: PlanSettings,
    commit: CommitManifests | None,
    progress: Progress,
    *,
    besides: Collection[Path],
) -> Plan:
    desired = load_desired(project, selection, besides=besides)
    options = how.options(desired.project.policy)

    async def run() -> Plan:
        async with backend_of(
            project, connections=how.parallelism, read_only=True, reads=len(desired.manifests)
        ) as backend:
            planned = await plan_live(
                desired,
                backend,
                options=options,
                parallelism=how.parallelism,
                progress=progress,
                commit=commit,
            )
        return replace(planned.plan, errored=bool(planned.unread))

    return run_async(run())
