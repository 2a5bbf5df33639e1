"""`plan`: show what apply would send, and why."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from reconciler.app.desired import load_desired
from reconciler.app.offline_plan import failed_plan, plan_offline, strictly
from reconciler.app.plan_options import PlanSettings
from reconciler.app.project import open_project
from reconciler.app.repository import plan_origin, project_directory
from reconciler.app.saved_plan import check_plan_name, save_plan, saved_line, sending
from reconciler.app.selection import Selection
from reconciler.cli.failures import FAILURES, failure_diagnostics
from reconciler.cli.progress import ScreenProgress
from reconciler.cli.rehearsal import begin_rehearsal
from reconciler.cli.report_codes import of_plan
from reconciler.cli.reports import Reports
from reconciler.cli.settings import Settings
from reconciler.command_line import command_line
from reconciler.errors import ManifestError, WrongUsage
from reconciler.lifetime import keep
from reconciler.manifest.project.model import Project
from reconciler.planning.plan import Plan
from reconciler.render.diagnostics import write_verdict
from reconciler.render.formats import Format
from reconciler.render.report import PlanReport


def plan(
    settings: Settings,
    *,
    selection: Selection,
    save: Path | None,
    strict: bool,
    reports: Reports[PlanReport],
    limit: int,
    lists_all: bool,
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
        files = _by_source(data)
        project = open_project(settings.environment)
        environment = project.environment.name
        if save is not None:
            check_plan_name(save, project)
        if live is None:
            begin_rehearsal(project, settings.err)
        # The text of a plan does not say where in the manifests its changes are.
        places = save is not None or not reports.is_text_alone
        made = _plan(
            project, selection, how, progress, live=live, base=base, data=files, places=places
        )
    except ManifestError as error:
        made = failed_plan(environment, error.diagnostics)
    except FAILURES as error:
        failed = failed_plan(environment, failure_diagnostics(error))
        report = PlanReport(plan=failed, directory=project_directory(), limit=limit)
        reports.tell_failure(report, error, settings)
        raise
    if strict:
        made = strictly(made)
    keep(made)
    named = None if made.errored or project.path is not None else environment
    online = not made.errored and live is None
    report = PlanReport(
        plan=made,
        directory=project_directory(),
        limit=limit,
        whole=str(save) if save else None,
        next_command=_next_command(selection, how, save, named) if online else None,
        lists_all=lists_all,
        origin=plan_origin(settings.started) if reports.has(Format.HTML) else None,
    )
    reports.show(report, settings)
    if made.errored:
        write_verdict(made.diagnostics, settings.err)
    if not made.errored:
        how.check_digest(made)
    if save is not None:
        if made.errored:
            settings.err.line(f"Plan not saved to {save}: fix the errors above first.")
        else:
            save_plan(made, save)
            is_told = reports.format_ is Format.TEXT
            said = saved_line(made, save, named, offline=live is not None, is_told=is_told)
            settings.err.line(said)
    return of_plan(made, detailed=detailed_exitcode)


def _next_command(
    selection: Selection, how: PlanSettings, save: Path | None, environment: str | None
) -> str | None:
    """Return the command that sends the plan: what was saved, or what was asked for."""
    if save is not None:
        return sending(save, environment)
    options = (*selection.options, *how.words)
    return command_line("apply", *selection.names, options=options, environment=environment)


def _by_source(inputs: Iterable[tuple[str, Path]]) -> dict[str, Path]:
    """Return the file of each source. Raises WrongUsage if a source has two."""
    files: dict[str, Path] = {}
    for source, path in inputs:
        if files.setdefault(source, path) != path:
            raise WrongUsage(f'--data names two files for the source "{source}"')
    return files


def _plan(
    project: Project,
    selection: Selection,
    how: PlanSettings,
    progress: ScreenProgress,
    *,
    live: str | None,
    base: str | None,
    data: Mapping[str, Path],
    places: bool,
) -> Plan:
    """Return the plan. What only some plans need is imported for them alone."""
    commit = None
    if base is not None:
        from reconciler.app.git import read_commit  # noqa: PLC0415

        commit = read_commit(project, base)
    if live is not None:
        made = plan_offline(
            project, selection, live, how, commit, besides=data.values(), places=places
        )
    else:
        from reconciler.app.event_loop import run_async  # noqa: PLC0415
        from reconciler.app.plan import plan_now  # noqa: PLC0415

        desired = load_desired(project, selection, besides=data.values())
        made = run_async(plan_now(desired, how, progress, commit, places=places))
    if data:
        from reconciler.app.preview import with_data  # noqa: PLC0415

        made = with_data(made, data, progress)
    return made
