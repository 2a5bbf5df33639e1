"""`render`: the document of a source as an environment makes it."""

from reconciler.app.desired import load_desired
from reconciler.app.project import open_project
from reconciler.app.selection import Selection
from reconciler.cli.settings import Settings
from reconciler.render.diagnostics import write_diagnostics
from reconciler.render.effective import effective_json, effective_yaml


def render(settings: Settings, *, source: str, format_: str) -> int:
    """Run the command and return its exit code."""
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
