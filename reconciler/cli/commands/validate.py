"""`validate`: check the manifests, offline and all at once."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from reconciler.app.project import no_manifest, open_project
from reconciler.cli.exit_codes import ExitCode
from reconciler.cli.failures import FAILURES, failure_diagnostics
from reconciler.cli.formats import Reports, report_options
from reconciler.cli.settings import Settings
from reconciler.diagnostics import Diagnostic, errors_in
from reconciler.manifest.files import files_at
from reconciler.manifest.layers import Layers, layers_of
from reconciler.manifest.load import (
    Loaded,
    load_manifests,
    load_project_manifests,
    manifest_paths,
)
from reconciler.manifest.project.bindings import binding_faults
from reconciler.manifest.project.file import default_project, find_project
from reconciler.manifest.subfolders import manifests_below
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
    if paths:
        files, layers = _heads(settings, tuple(files_at(paths)))
        loaded = load_manifests(files, layers=layers)
        found = (*loaded.diagnostics, *_named_others(paths, loaded))
    else:
        project = open_project(settings.environment)
        files = manifest_paths(project)
        loaded = load_project_manifests(project)
        found = (*binding_faults(project, loaded), *loaded.diagnostics)
    checked = [file for file in map(shown_path, files) if file not in loaded.skipped]
    if not checked:
        # Finding nothing is more likely a wrong directory than intended.
        raise no_manifest(", ".join(map(str, paths)) or project.root, found)
    return Validation(diagnostics=found, manifests=tuple(checked))


def _heads(settings: Settings, files: tuple[Path, ...]) -> tuple[tuple[Path, ...], Layers]:
    """Return the heads of *files*, also of those that are parts or overlays, and their layers."""
    if find_project(None) is None:
        return files, layers_of(default_project(Path()), files)
    project = open_project(settings.environment)
    known = manifest_paths(project)
    layers = layers_of(project, [*known, *files])
    by_file = {part: head for head, parts in layers.parts.items() for part in parts}
    by_source = {head.stem: head for head in known}
    for source, overlay in layers.overlays.items():
        by_file[overlay] = by_source.get(source, overlay)
    heads = (by_file.get(file.absolute(), file) for file in files)
    return tuple(dict.fromkeys(heads)), layers


def _named_others(paths: Sequence[Path], loaded: Loaded) -> Iterator[Diagnostic]:
    """Yield why the files among *paths* that are no manifests are not checked."""
    for path in paths:
        if path.is_dir():
            yield from manifests_below(path, known=(), has_project=False)
        elif (other := loaded.skipped.get(file := shown_path(path))) and not other.is_near_miss:
            yield other.diagnostic(file)
