"""`validate`: check the manifests, offline and all at once."""

from pathlib import Path

import click

from reconciler.cli.desired import open_project
from reconciler.cli.exit_codes import ExitCode
from reconciler.cli.settings import Settings
from reconciler.diagnostics import errors_in
from reconciler.manifest.load import load_manifests, load_project_manifests
from reconciler.render.diagnostics_text import write_diagnostics, write_verdict


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.pass_obj
def validate(settings: Settings, *, paths: tuple[Path, ...]) -> int:
    """Check every manifest of the project, or those at PATH: schema, references, refusals.

    Needs no network, no variable and no binding. Warnings exit 0.
    """
    if paths:
        loaded = load_manifests(paths)
    else:
        loaded = load_project_manifests(open_project(settings, interpolate=False), variables=None)
    write_diagnostics(loaded.diagnostics, settings.out)
    write_verdict(loaded.diagnostics, settings.out, len(loaded.manifests))
    return ExitCode.ERROR if errors_in(loaded.diagnostics) else ExitCode.DONE
