"""`validate`: check the manifests, offline and all at once."""

from pathlib import Path

import click

from reconciler.cli.desired import no_manifest, open_project
from reconciler.cli.exit_codes import ExitCode
from reconciler.cli.settings import Settings
from reconciler.diagnostics import errors_in
from reconciler.manifest.load import (
    load_manifests,
    load_project_manifests,
    manifest_paths,
)
from reconciler.manifest.manifest_files import files_at
from reconciler.render.diagnostics_text import write_diagnostics, write_verdict


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.pass_obj
def validate(settings: Settings, *, paths: tuple[Path, ...]) -> int:
    """Check every manifest of the project, or those at PATH: schema, references, refusals.

    A PATH that is a directory stands for the manifests in it. Needs no network, no
    variable and no binding. Warnings exit 0.
    """
    if paths:
        files = tuple(files_at(paths))
        loaded = load_manifests(files)
    else:
        project = open_project(settings, interpolate=False)
        files = manifest_paths(project)
        loaded = load_project_manifests(project, variables=None)
    checked = len(files) - len(loaded.skipped)
    if not checked:
        # Nothing to check is more likely a wrong directory than what was meant.
        raise no_manifest(", ".join(map(str, paths)) or project.root)
    write_diagnostics(loaded.diagnostics, settings.out)
    write_verdict(loaded.diagnostics, settings.out, checked)
    return ExitCode.ERROR if errors_in(loaded.diagnostics) else ExitCode.DONE
