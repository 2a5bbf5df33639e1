"""`validate`: check the manifests, offline and all at once."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from reconciler.app.desired import choose, concerning, labels_of, no_manifest
from reconciler.app.project import open_project
from reconciler.app.selection import Selection
from reconciler.cli.exit_codes import ExitCode
from reconciler.cli.failures import FAILURES, failure_diagnostics
from reconciler.cli.reports import Reports
from reconciler.cli.settings import Settings
from reconciler.codes.file import FileCode
from reconciler.codes.project import ProjectCode
from reconciler.command_line import command_line
from reconciler.diagnostics import Diagnostic, Severity, errors_in, warnings_as_errors
from reconciler.errors import ManifestError, WrongUsage
from reconciler.manifest.files import files_at
from reconciler.manifest.layers import Layers, layers_of, overlay_folders
from reconciler.manifest.load import (
    Loaded,
    load_manifests,
    load_project_manifests,
    manifest_paths,
)
from reconciler.manifest.other_file import SUFFIXES
from reconciler.manifest.project.bindings import binding_faults
from reconciler.manifest.project.facts import facts_diagnostics
from reconciler.manifest.project.model import Project
from reconciler.manifest.subfolders import manifests_below
from reconciler.manifest.text.file import shown_path
from reconciler.render.formats import VALIDATION, Format
from reconciler.render.report import Validation
from reconciler.value import replace


def validate(
    settings: Settings,
    *,
    selection: Selection,
    strict: bool,
    reports: Reports[Validation],
) -> int:
    """Run the command and return its exit code."""
    try:
        found = _checked(settings, selection)
        if strict:
            found = replace(found, diagnostics=warnings_as_errors(found.diagnostics))
    except FAILURES as error:
        found = Validation(diagnostics=failure_diagnostics(error))
        reports.tell_failure(found, error, settings)
        raise
    if reports.format_ is not Format.TEXT:
        VALIDATION.text(found, settings.err)
    reports.show(found, settings)
    return ExitCode.ERROR if errors_in(found.diagnostics) else ExitCode.DONE


def _checked(settings: Settings, selection: Selection) -> Validation:
    if any(map(_is_path, selection.names)) and selection.overrides():
        raise WrongUsage(
            f"{selection.names[0]} is a path, and the options select sources",
            hint="name the source instead of its file",
        )
    project = open_project(settings.environment)
    if settings.environment is not None:
        found_here = _in_environment(project, selection)
        if len({*project.overlays.values()}) <= 1:
            return found_here
        # What it needs not, another environment may.
        shown = (d for d in found_here.diagnostics if d.code != FileCode.UNUSED_IGNORE)
        return replace(found_here, diagnostics=tuple(shown))
    first = project.environment.overlays
    others = {folder: name for name, folder in project.overlays.items() if folder != first}
    found: list[Validation] = []
    refusals: list[WrongUsage] = []
    for each in (project, *map(open_project, others.values())):
        try:
            found.append(_in_environment(each, selection))
        except WrongUsage as refusal:
            refusals.append(refusal)  # a label or a file may be only in another's overlays
        except ManifestError as error:
            if each is project:
                raise
            found.append(Validation(diagnostics=error.diagnostics))
    if not found:
        raise refusals[0]
    told = [v for v in found if v.manifests or errors_in(v.diagnostics)] or found[:1]
    return Validation(
        diagnostics=tuple(
            dict.fromkeys(
                d
                for v in told
                for d in v.diagnostics
                if d.code != FileCode.UNUSED_IGNORE or all(d in w.diagnostics for w in found)
            )
        ),
        manifests=tuple(sorted({file for v in told for file in v.manifests})),
    )


def _in_environment(project: Project, selection: Selection) -> Validation:
    """Return what is found in the environment of *project*.

    Raises WrongUsage for what it has not, ManifestError if it has no manifest at all.
    """
    if any(map(_is_path, selection.names)):
        paths = tuple(map(Path, selection.names))
        files, layers = _heads(project, tuple(files_at(paths)))
        loaded = load_manifests(files, layers=layers)
        named = {shown_path(file) for file in files_at(paths)}
        # The manifest of an overlay that nobody named is not among these, and no less there.
        about = (
            d for d in loaded.diagnostics if d.code != ProjectCode.BAD_OVERLAYS or d.file in named
        )
        found = project.lint.raised((*about, *_named_others(project, paths, loaded)))
        return _of_files(files, selection, loaded, found)
    files = manifest_paths(project)
    loaded = load_project_manifests(project)
    # The facts might be a manifest as well, if they are no YAML.
    told = (*binding_faults(project, loaded), *loaded.diagnostics, *facts_diagnostics(project.root))
    found = project.lint.raised(dict.fromkeys(told))
    if selection.is_partial:
        return _of_selected(project, selection, loaded, found)
    remarks = project.lint.raised(project.lint.muted(loaded.remarks))
    return _of_files(files, selection, loaded, (*found, *remarks))


def _of_files(
    files: Iterable[Path], selection: Selection, loaded: Loaded, found: tuple[Diagnostic, ...]
) -> Validation:
    checked = [file for file in map(shown_path, files) if file not in loaded.skipped]
    if not checked:
        named = {*map(shown_path, map(Path, selection.names))}
        if named and named <= loaded.skipped.keys():
            raise ManifestError(
                [replace(d, severity=Severity.ERROR) if d.file in named else d for d in found]
            )
        # Finding nothing is more likely a wrong directory than intended.
        raise no_manifest(", ".join(selection.names) or Path(), found)
    return Validation(diagnostics=found, manifests=tuple(checked))


def _heads(project: Project, files: tuple[Path, ...]) -> tuple[tuple[Path, ...], Layers]:
    """Return the heads of *files*, also of those that are parts or overlays, and their layers."""
    if project.path is None:
        return files, layers_of(project, files)
    for environment, folder in project.overlays.items():
        if folder is None:
            continue
        others = (f for f in files if f.parent.absolute() == (project.root / folder).absolute())
        if folder != project.environment.overlays and (file := next(others, None)):
            raise WrongUsage(
                f"{file} is an overlay of environment {environment}",
                hint=f"check it there: {command_line('validate', environment=environment)}",
            )
    known = manifest_paths(project)
    layers = layers_of(project, [*known, *files])
    by_file = {part: head for head, parts in layers.parts.items() for part in parts}
    by_source = {head.stem: head for head in known}
    for source, overlay in layers.overlays.items():
        by_file[overlay] = by_source.get(source, overlay)
    heads = (by_file.get(file.absolute(), file) for file in files)
    return tuple(dict.fromkeys(heads)), layers


def _is_path(name: str) -> bool:
    """Return whether *name* is that of a file, also of one that is not there.

    The folder of a manifest's parts has the name of its source.
    """
    if Path(name).is_dir() and any(map(os.path.lexists, map(name.__add__, SUFFIXES))):
        return False
    # No source has a slash in its name.
    return os.path.lexists(name) or "/" in name or Path(name).suffix.lower() in SUFFIXES


def _of_selected(
    project: Project, selection: Selection, loaded: Loaded, found: Sequence[Diagnostic]
) -> Validation:
    """Return what is *found* of the selected sources; their neighbours are checked with them."""
    chosen = choose(project, loaded, selection, labels_of(loaded))
    files = {d.source: d.file for d in errors_in(found) if d.file and d.source in chosen.names}
    files |= {m.source: m.file for m in loaded.manifests if m.source in chosen.names}
    return Validation(
        diagnostics=(*concerning(found, loaded, selection, chosen), *chosen.diagnostics),
        manifests=tuple(sorted(files.values())),
    )


def _named_others(project: Project, paths: Sequence[Path], loaded: Loaded) -> Iterator[Diagnostic]:
    """Yield why the files among *paths* that are no manifests are not checked."""
    for path in paths:
        if path.is_dir():
            yield from manifests_below(
                path, besides={*map(str, overlay_folders(project))}, has_project=False
            )
        elif (other := loaded.skipped.get(file := shown_path(path))) and not other.is_near_miss:
            yield other.diagnostic(file)
