"""`render`: the document of a source as an environment makes it."""

import click

from reconciler.app.desired import load_desired
from reconciler.app.project import open_project
from reconciler.app.selection import Selection
from reconciler.cli.settings import Settings
from reconciler.render.diagnostics import write_diagnostics
from reconciler.render.effective import effective_json, effective_yaml


@click.command()
@click.argument("source", metavar="SOURCE")
@click.option(
    "--format",
    "format_",
    type=click.Choice(("yaml", "json")),
    default="yaml",
    show_default=True,
    help="YAML with the origin of values in comments, or JSON with a map of all origins.",
)
@click.pass_obj
def render(settings: Settings, *, source: str, format_: str) -> int:
    """Show the document of SOURCE as the environment makes it, and where values are written.

    Parts are joined, the environment's overlay is laid over them, and its prefix is put
    before the external ids. Reads nothing but files.
    """
    project = open_project(settings.environment)
    desired = load_desired(project, Selection.of_one(source))
    (manifest,) = desired.manifests
    write_diagnostics(desired.diagnostics, settings.err)
    prefix = project.environment.id_prefix.of(manifest.document)
    if format_ == "yaml":
        settings.out.raw(effective_yaml(manifest, prefix))
    else:
        environment = project.environment.name
        settings.out.raw(effective_json(manifest, prefix, environment=environment))
    return 0
