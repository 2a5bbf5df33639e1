"""The project and its desired state: manifests loaded, sources selected, the journal named."""

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.codes.manifest import ManifestCode
from reconciler.diagnostics import Diagnostic, errors_in
from reconciler.errors import ManifestError, ReconcilerError, WrongUsage
from reconciler.manifest.load import Loaded, Manifest, load_project_manifests
from reconciler.manifest.project.file import Project, default_project, find_project, load_project
from reconciler.semantics.response import Code

if TYPE_CHECKING:
    from reconciler.journal.runs import Journal


@dataclass(frozen=True, kw_only=True, slots=True)
class Desired:
    """The selected manifests, none of them in error, with the warnings about them."""

    project: Project
    manifests: tuple[Manifest, ...]
    diagnostics: tuple[Diagnostic, ...]


def open_project(
    environment: str | None,
    *,
    variables: Mapping[str, str] | None = None,
    interpolate: bool = True,
) -> Project:
    """Return the project of the working directory, or the embedded default without a project file.

    *environment* is the requested one, None the project's default. Without *interpolate* no
    variable is needed (design.md#variables).
    """
    path = find_project(None)
    if path is None:
        project = default_project(Path())
        if environment is not None and environment != project.environment.name:
            raise WrongUsage(
                f'there is no environment "{environment}": no reconciler.yaml was found',
                hint="write one, or name its directory with --chdir DIR",
            )
        return project
    return load_project(
        path,
        environment=environment,
        variables=os.environ if variables is None else variables,
        interpolate=interpolate,
    )


def load_desired(
    project: Project, names: Sequence[str], *, besides: Collection[Path] = ()
) -> Desired:
    """Return the desired state of the sources *names*, of all if none is named.

    The files *besides* are not manifests, wherever they are. Raises what `select` raises.
    """
    loaded = load_project_manifests(project, variables=os.environ, besides=besides)
    return select(project, loaded, names)


def select(project: Project, loaded: Loaded, names: Sequence[str]) -> Desired:
    """Select the sources *names* from the *loaded* manifests, all if none is named.

    Raises ManifestError with every diagnostic if a selected manifest is in error, WrongUsage
    for a name without a manifest, ReconcilerError if there is no manifest at all.
    """
    diagnostics = tuple(d for d in loaded.diagnostics if _concerns(d, names))
    if errors_in(diagnostics):
        raise ManifestError(diagnostics)
    if not loaded.manifests:
        raise no_manifest(project.root)
    manifests = _named(loaded.manifests, names) if names else loaded.manifests
    return Desired(project=project, manifests=manifests, diagnostics=diagnostics)


def _named(manifests: Sequence[Manifest], names: Sequence[str]) -> tuple[Manifest, ...]:
    known = {m.source: m for m in manifests}
    for name in names:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f'did you mean "{close[0]}"?' if close else f"sources: {', '.join(known)}"
            raise WrongUsage(f'no manifest has the source "{name}"', hint=hint)
    return tuple(known[name] for name in dict.fromkeys(names))


def no_manifest(where: Path | str) -> ReconcilerError:
    """Return the error for a project, or paths, without any manifest."""
    return ReconcilerError(
        f"there is no manifest in {where}",
        hint="a manifest is a *.yaml, *.yml or *.json file beside reconciler.yaml",
    )


def _concerns(diagnostic: Diagnostic, names: Sequence[str]) -> bool:
    """Return whether *diagnostic* is about the selection.

    One without a source may be about any of them, and one about two manifests names the second
    although it is as much about the first.
    """
    return (
        not names
        or diagnostic.source is None
        or diagnostic.source in names
        or diagnostic.code == ManifestCode.DUPLICATE_SOURCE
        or diagnostic.api_code == Code.SCHEMA_INVALID_EXTERNAL_ID
    )


_FILE = "sqlite:///"


def journal_of(project: Project) -> "Journal":
    """Return the journal of *project*, not opened yet. Raises JournalError for a bad URL."""
    # Importing SQLAlchemy takes longer than planning.
    from reconciler.journal.runs import Journal  # noqa: PLC0415
    from reconciler.journal.store import JournalStore, journal_url  # noqa: PLC0415

    return Journal(JournalStore(journal_url(project.journal, project.root)))


def is_empty(project: Project) -> bool:
    """Return whether the journal is a file that does not exist yet: there is nothing to read."""
    if not project.journal.startswith(_FILE):
        return False
    return not (project.root / project.journal.removeprefix(_FILE)).exists()
