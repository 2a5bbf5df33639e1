"""`validate`: check the manifests, offline and all at once."""

from pathlib import Path

import click

from reconciler.app.project import no_manifest, open_project
from reconciler.cli.exit_codes import ExitCode
from reconciler.cli.failures import FAILURES, failure_diagnostics
from reconciler.cli.formats import Reports, report_options
from reconciler.cli.settings import Settings
from reconciler.diagnostics import Diagnostic, errors_in
from reconciler.manifest.files import files_at
from reconciler.manifest.load import (
    load_manifests,
    load_project_manifests,
    manifest_paths,
)
from reconciler.manifest.project.bindings import binding_faults
from reconciler.manifest.text.file import shown_path
from reconciler.render.formats import VALIDATION, Format
from reconciler.render.report import Validation


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@report_options("result", VALIDATION)
@click.pass_obj
def validate(
    settings: Settings,
    *,
    paths: tuple[Path, ...],
    reports: Reports[Validation],
) -> int:
    """Check every manifest of the project, or those at PATH: schema, references, refusals.

    A PATH that is a directory stands for the manifests in it. Needs no network, no
    variable and no binding. Warnings exit 0.
    """
    try:
        found = _checked(settings, paths)
    except FAILURES as error:
        found = Validation(diagnostics=failure_diagnostics(error))
        reports.tell_failure(found, error, settings)
        raise
    if reports.format_ is not Format.TEXT:
        VALIDATION.text(found, settings.err)
    reports.show(found, settings)
    return ExitCode.ERROR if errors_in(found.diagnostics) else ExitCode.DONE


def _checked(settings: Settings, paths: tuple[Path, ...]) -> Validation:
    bindings: tuple[Diagnostic, ...] = ()
    if paths:
        files = tuple(files_at(paths))
        loaded = load_manifests(files)
    else:
        project = open_project(settings.environment)
        files = manifest_paths(project)
        loaded = load_project_manifests(project)
        bindings = binding_faults(project, loaded)
    checked = [file for file in map(shown_path, files) if file not in loaded.skipped]
    if not checked:
        # Finding nothing is more likely a wrong directory than intended.
        raise no_manifest(", ".join(map(str, paths)) or project.root)
    return Validation(diagnostics=(*bindings, *loaded.diagnostics), manifests=tuple(checked))
