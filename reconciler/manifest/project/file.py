"""Finds and reads reconciler.yaml, and reports every fault of its shape at once."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from reconciler.codes.project import ProjectCode
from reconciler.diagnostics import Diagnostic
from reconciler.errors import ManifestError, WrongUsage
from reconciler.manifest.project.model import (
    LOCAL,
    Project,
)
from reconciler.manifest.project.reader import read_project
from reconciler.manifest.schemas import schema_faults
from reconciler.manifest.text.fault import fault
from reconciler.manifest.text.file import read_text, shown_path
from reconciler.manifest.text.parser import Parsed, parse
from reconciler.manifest.text.pointer import read_pointer
from reconciler.manifest.wording import any_of, did_you_mean, quote

PROJECT_FILE = "reconciler.yaml"
_PROJECT_NAMES = frozenset({PROJECT_FILE, "reconciler.yml"})
_SEARCHED = (Path(), Path("manifests"))


def find_project(directory: Path = Path()) -> Path | None:
    """Return the project file of *directory* or of `manifests/` in it, None if none."""
    paths = (directory / searched / PROJECT_FILE for searched in _SEARCHED)
    return next((path for path in paths if os.path.lexists(path)), None)


def is_project_name(name: str) -> bool:
    """Return whether a file of this *name* is the project file, or was meant to be."""
    return name.casefold() in _PROJECT_NAMES


def misnamed_project_files(project: Project) -> tuple[Path, ...]:
    """Return the files named almost like the project file where *project* was looked for."""
    searched = _SEARCHED if project.path is None else (Path(),)
    places = (project.root / each for each in searched)
    return tuple(
        path
        for place in places
        if place.is_dir()
        for path in sorted(place.iterdir())
        if is_project_name(path.name) and path.name != PROJECT_FILE
    )


def load_project(
    path: Path,
    *,
    environment: str | None,
    variables: Mapping[str, str],
) -> Project:
    """Return the project of the file *path* with the selected environment.

    No variable is needed yet: *variables* are for what is done with it (`Template`). Raises
    ManifestError with every fault of the file, WrongUsage if the file does not have
    *environment*.
    """
    text = read_text(path, file=shown_path(path))
    return project_of(text, path, environment=environment, variables=variables)


def project_of(
    text: str, path: Path, *, environment: str | None, variables: Mapping[str, str]
) -> Project:
    """Return the project of *text*, the content of *path*, as `load_project` does."""
    file = shown_path(path)
    parsed = parse(text, file=file)
    found = [*parsed.faults, *shape_faults("project", parsed, file)]
    if found:
        raise ManifestError(found)
    name = _selected(parsed, environment, file)
    return read_project(path, parsed.value, name, places=parsed.places, variables=variables)


def shape_faults(kind: str, parsed: Parsed, file: str) -> Iterator[Diagnostic]:
    """Yield every fault of *file* by the JSON Schema of its *kind*, at its place."""
    for found in schema_faults(kind, parsed.value):
        at = read_pointer(found.pointer)
        place = parsed.places.of_key(at) if found.at_key else parsed.places.of(at)
        yield fault(found.code, found.text, file=file, place=place, hint=found.hint)


def _selected(parsed: Parsed, asked: str | None, file: str) -> str:
    known = parsed.value.get("environments", {LOCAL: None})
    default = parsed.value.get("defaultEnvironment")
    if default is not None and default not in known:
        raise ManifestError(
            [
                fault(
                    ProjectCode.UNKNOWN_ENVIRONMENT,
                    f"defaultEnvironment is {quote(default)}, and environments has no such one",
                    file=file,
                    place=parsed.places.of(("defaultEnvironment",)),
                    hint=did_you_mean(default, known) or f"it has {any_of(known)}",
                )
            ]
        )
    if asked is not None:
        if asked not in known:
            raise WrongUsage(
                f"{file} has no environment {quote(asked)}",
                hint=did_you_mean(asked, known) or f"it has {any_of(known)}",
            )
        return asked
    if default is not None:
        return str(default)
    if len(known) > 1:
        raise WrongUsage(
            f"{file} has {len(known)} environments and no defaultEnvironment",
            hint=f"choose with --environment: {any_of(known)}",
        )
    return str(next(iter(known)))
