"""`pull`: bring live into manifests."""

from collections.abc import Collection, Mapping
from functools import partial

from reconciler.app.backends import backend_of
from reconciler.app.desired import NO_LABELS, check_no_file, choose, known_sources
from reconciler.app.event_loop import run_async
from reconciler.app.plan import read_sources
from reconciler.app.project import open_environment
from reconciler.app.pull.conflicts import count_conflicts
from reconciler.app.pull.manifest_file import write_manifest
from reconciler.app.pull.result import PullResult, pull_into
from reconciler.app.pull.target import Target, targets_of
from reconciler.app.selection import Selection
from reconciler.applying.refresh import Refreshed
from reconciler.cli.exit_codes import ExitCode
from reconciler.cli.progress import ScreenProgress
from reconciler.cli.reports import print_report
from reconciler.cli.settings import Settings
from reconciler.command_line import command_line
from reconciler.errors import ReconcilerError
from reconciler.manifest.files import manifest_paths, real_path
from reconciler.manifest.load import load_project_manifests
from reconciler.manifest.project.bindings import bind_each
from reconciler.manifest.project.model import Project
from reconciler.manifest.wording import did_you_mean
from reconciler.outcome.command_results import PulledManifest
from reconciler.render.diagnostics import write_diagnostics
from reconciler.render.errors import write_error
from reconciler.render.formats import PULL, Format
from reconciler.render.pull import write_pulled, write_what_is_hidden
from reconciler.render.report import Pulled
from reconciler.render.terminal import Screen


def pull(
    settings: Settings,
    *,
    selection: Selection,
    dry_run: bool,
    force: bool,
    parallelism: int,
    format_: Format,
) -> int:
    """Run the command and return its exit code."""
    project = open_environment(settings.environment)
    loaded = load_project_manifests(project)
    known = known_sources(project, loaded)
    named = selection.names if selection.only_names else ()
    for name in named:
        if name not in known:
            check_no_file(name, loaded.manifests)
    known_or_named = {**dict.fromkeys(named, NO_LABELS), **known}
    if not known_or_named:
        raise ReconcilerError(
            "there is nothing to pull: no manifest, and no source that the environment binds",
            hint=f"name the source: {command_line('pull SOURCE')}",
        )
    chosen = choose(project, loaded, selection, known_or_named)
    places = targets_of(project, loaded, chosen.names, is_all=not selection.only_names)
    bound = bind_each(project, places.found, loaded)
    refs = bound.refs

    async def read() -> dict[str, Refreshed]:
        async with backend_of(
            project, connections=parallelism, read_only=True, reads=len(refs)
        ) as backend:
            return await read_sources(
                backend, refs, parallelism=parallelism, progress=ScreenProgress(settings.err)
            )

    refreshed = run_async(read()) if refs else {}
    result = pull_into(
        places.found,
        refreshed,
        loaded,
        write=None if dry_run else partial(write_manifest, force=force),
    )
    count_conflicts(result, project, loaded, refreshed)
    diagnostics = (*loaded.near_misses, *places.unread, *chosen.diagnostics, *result.diagnostics)
    failed = {
        **places.refused,
        **bound.failed,
        **result.failed,
        **_not_configured(result, known, chosen.named),
    }
    report = Pulled(
        environment=project.environment.name,
        is_done=not dry_run,
        manifests=result.pulled,
        not_configured=result.not_configured,
        errors=failed,
        diagnostics=diagnostics,
    )
    print_report(PULL, report, format_, settings)
    if dry_run:
        write_pulled(result.pulled, settings.err, is_done=False)
    else:
        _write_unlisted(project, places.found, result.pulled, settings.err)
    write_what_is_hidden(result.pulled, settings.err)
    write_diagnostics(diagnostics, settings.err)
    for name, why in result.not_configured.items():
        if name not in failed:
            settings.err.line(f"{name}: {why}")
    for name, error in sorted(failed.items()):
        write_error(error, settings.err, source=name)
    return ExitCode.ERROR if failed or places.unread else ExitCode.DONE


def _not_configured(
    result: PullResult, known: Mapping[str, object], named: Collection[str]
) -> dict[str, ReconcilerError]:
    """Return an error for each source requested by name that is not configured."""
    return {
        name: ReconcilerError(why, hint=None if name in known else did_you_mean(name, known))
        for name, why in result.not_configured.items()
        if name in named
    }


def _write_unlisted(
    project: Project, places: dict[str, Target], pulled: list[PulledManifest], screen: Screen
) -> None:
    """Warn of a new manifest that the project's own globs exclude."""
    new = [places[each.source] for each in pulled if each.before is None]
    listed = {real_path(path) for path in manifest_paths(project)} if new else set[str]()
    for target in new:
        if real_path(target.path) not in listed:
            screen.line(
                f"warning: {target.file} is not among the files that the project file names "
                'under "manifests": move it, or add it there'
            )
