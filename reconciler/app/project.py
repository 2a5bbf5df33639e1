"""The project and its desired state: manifests loaded, sources selected, the journal named."""

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.codes.failure import StaleCode
from reconciler.codes.file import FileCode
from reconciler.codes.manifest import ManifestCode
from reconciler.command_line import command_line, plan_again
from reconciler.diagnostics import Diagnostic, errors_in
from reconciler.errors import ManifestError, ReconcilerError, StalePlan, WrongUsage
from reconciler.manifest.files import real_path
from reconciler.manifest.load import Loaded, Manifest, load_project_manifests
from reconciler.manifest.other_file import other_by_beginning, other_by_name
from reconciler.manifest.project.bindings import bind_each, bind_sources, written_ids
from reconciler.manifest.project.file import (
    PROJECT_FILE,
    Project,
    default_project,
    find_project,
    load_project,
    misnamed_project_files,
)
from reconciler.manifest.project.model import BackendKind
from reconciler.manifest.text.file import beginning
from reconciler.manifest.wording import did_you_mean
from reconciler.model.source import SourceRef
from reconciler.semantics.response import Code

if TYPE_CHECKING:
    from reconciler.journal.runs import Journal


@dataclass(frozen=True, kw_only=True, slots=True)
class Desired:
    """The selected manifests, none of them in error, with the warnings about them.

    `loaded` is all of the project.
    """

    project: Project
    manifests: tuple[Manifest, ...]
    diagnostics: tuple[Diagnostic, ...]
    loaded: Loaded

    def bound(self) -> tuple[SourceRef, ...]:
        """Return the import sources of the selected manifests.

        Raises ManifestError as `bind_sources` does, with the warnings: a misspelt binding is one.
        """
        try:
            return bind_sources(self.project, [m.source for m in self.manifests], self.loaded)
        except ManifestError as error:
            raise ManifestError((*self.diagnostics, *error.diagnostics)) from error


@dataclass(frozen=True, kw_only=True, slots=True)
class BoundSources:
    """The import sources of a selection, by source why others cannot be found, and remarks.

    The `diagnostics` are about files: near misses, and errors of files that may be any source's.
    """

    refs: tuple[SourceRef, ...]
    failed: Mapping[str, ManifestError]
    diagnostics: tuple[Diagnostic, ...]


def bound_sources(
    project: Project, names: Sequence[str], *, besides: Collection[Path] = ()
) -> tuple[SourceRef, ...]:
    """Return the import sources of *names* as `each_bound_source` does.

    Raises ManifestError with the errors of all that cannot be found, too.
    """
    found = each_bound_source(project, names, besides=besides)
    if found.failed:
        raise ManifestError([d for error in found.failed.values() for d in error.diagnostics])
    return found.refs


def each_bound_source(
    project: Project, names: Sequence[str], *, besides: Collection[Path] = ()
) -> BoundSources:
    """Return the import sources of *names*, of all manifests if none is named.

    For commands that need no document: a manifest in error matters only where it is all that
    could say where its source is. Raises WrongUsage for a name that nothing has, ManifestError
    if there is no manifest at all, and as `bind_each` does.
    """
    loaded = load_project_manifests(project, besides=besides)
    errors = errors_in(loaded.diagnostics)
    # A file that cannot be read may be the manifest of any source.
    unreadable = tuple(d for d in errors if d.source is None)
    known = known_sources(project, loaded)
    in_files = sources_in_files(loaded)
    chosen = set(names) or (known if unreadable else in_files)
    if not chosen and not unreadable:
        raise no_manifest(project.root, loaded.diagnostics)
    written = written_ids(project, loaded).keys()
    is_embedded = project.environment.backend is BackendKind.EMBEDDED
    failed: dict[str, ManifestError] = {}
    for name in sorted(chosen - (in_files if is_embedded else written)):
        own = [d for d in errors if d.source == name]
        if own or (unreadable and name not in in_files):
            failed[name] = ManifestError(own or unreadable)
        else:
            _check_known(name, sorted(known), loaded)
    bound = bind_each(project, chosen - failed.keys(), loaded)
    return BoundSources(
        refs=bound.refs,
        failed={**failed, **bound.failed},
        diagnostics=(*loaded.near_misses, *(() if names else unreadable)),
    )


def known_sources(project: Project, loaded: Loaded) -> set[str]:
    """Return the sources of all manifests, faulty ones included, and the bound ones."""
    return sources_in_files(loaded) | project.environment.sources.keys()


def sources_in_files(loaded: Loaded) -> set[str]:
    """Return the sources of all manifests, faulty ones included."""
    faulty = (d.source for d in errors_in(loaded.diagnostics) if d.source is not None)
    return {*(manifest.source for manifest in loaded.manifests), *faulty}


def check_known(project: Project, names: Iterable[str]) -> None:
    """Raise WrongUsage for one of *names* that no manifest and no binding has."""
    loaded = load_project_manifests(project)
    known = known_sources(project, loaded)
    if all(d.source is not None for d in errors_in(loaded.diagnostics)):
        for name in names:
            _check_known(name, sorted(known), loaded)


def open_project(environment: str | None) -> Project:
    """Return the project of the working directory, or the embedded default without a project file.

    *environment* is the requested one, None the project's default. No variable is needed yet
    (design.md#variables).
    """
    path = find_project(None)
    if path is None:
        project = default_project(Path())
        if environment is not None and environment != project.environment.name:
            raise WrongUsage(
                f'there is no environment "{environment}": no {PROJECT_FILE} was found',
                hint=_missing_project_file(project),
            )
        return project
    return load_project(path, environment=environment, variables=os.environ)


def open_environment(environment: str | None, *, planned: str | None = None) -> Project:
    """Return the project as `open_project` does, for a command that acts on its environment.

    A plan has its own, *planned*. Raises ReconcilerError if nobody named one: without a project
    file *environment* has to, or a rehearsal would be taken for the real thing.
    """
    project = open_planned(planned) if planned and not environment else open_project(environment)
    if project.path is None and environment is None:
        raise ReconcilerError(
            f"there is no {PROJECT_FILE} here, so this would happen on the emulator alone",
            hint=f"{_missing_project_file(project)}\n"
            f"for the emulator: {command_line('…', environment=project.environment.name)}",
        )
    return project


def open_planned(planned: str) -> Project:
    """Return the project in the environment that a plan was made for.

    Raises StalePlan if the project file has it no more: nobody can say where the plan goes.
    """
    try:
        return open_project(planned)
    except WrongUsage as error:
        if find_project(None) is None:
            raise ReconcilerError(str(error), hint=error.hint) from error
        raise StalePlan(
            f"the plan is stale: it is for environment {planned}, and {error}",
            code=StaleCode.BINDING_CHANGED,
            hint=f"bring the environment back, or {plan_again()}",
        ) from error


def _missing_project_file(project: Project) -> str:
    for path in misnamed_project_files(project):
        return f"did you mean {PROJECT_FILE}? There is {path}"
    return "write one, or name its directory with --chdir DIR"


def load_desired(
    project: Project, names: Sequence[str], *, besides: Collection[Path] = ()
) -> Desired:
    """Return the desired state of the sources *names*, of all if none is named.

    The files *besides* are not manifests, wherever they are. Raises what `select` raises.
    """
    loaded = load_project_manifests(project, besides=besides)
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
        raise no_manifest(project.root, diagnostics)
    manifests = _named(loaded, names) if names else loaded.manifests
    return Desired(project=project, manifests=manifests, diagnostics=diagnostics, loaded=loaded)


def select_each(
    project: Project, loaded: Loaded, names: Sequence[str]
) -> tuple[Desired, dict[str, ReconcilerError]]:
    """Select the sources *names* as `select` does, and return why others cannot be judged.

    What is wrong with a manifest is its source's error. A file that cannot be read has no
    source, and may be the manifest of a bound source that has none. Raises WrongUsage and
    ManifestError for a name without, and if there is no manifest at all.
    """
    diagnostics = tuple(d for d in loaded.diagnostics if _concerns(d, names))
    errors = errors_in(loaded.diagnostics)
    faulty = {d.source for d in errors if d.source is not None}
    known = {m.source: m for m in loaded.manifests if m.source not in faulty}
    failed: dict[str, ReconcilerError] = {
        name: in_error([d for d in errors if d.source == name])
        for name in sorted(faulty)
        if not names or name in names
    }
    if any(d.source is None for d in errors):
        wanted = names or project.environment.sources
        failed |= {name: perhaps_unread() for name in wanted if name not in {*known, *faulty}}
    elif not known and not failed:
        raise no_manifest(project.root, diagnostics)
    manifests = _named(loaded, [n for n in names or known if n not in failed])
    return Desired(
        project=project, manifests=manifests, diagnostics=diagnostics, loaded=loaded
    ), failed


def in_error(found: Sequence[Diagnostic]) -> ReconcilerError:
    """Return the error of a source whose manifest has the errors *found*."""
    first, *others = found
    more = f", and {len(others)} more" if others else ""
    return ReconcilerError(f"its manifest is in error: {first.place}: {first.text}{more}")


def perhaps_unread() -> ReconcilerError:
    """Return the error of a source without a manifest, where a file cannot be read."""
    return ReconcilerError(
        "it has no manifest, unless it is in a file that cannot be read",
        hint="repair that file first",
    )


def _named(loaded: Loaded, names: Sequence[str]) -> tuple[Manifest, ...]:
    known = {m.source: m for m in loaded.manifests}
    for name in names:
        _check_known(name, known, loaded)
    return tuple(known[name] for name in dict.fromkeys(names))


def _check_known(name: str, known: Collection[str], loaded: Loaded) -> None:
    if name not in known:
        check_no_file(name, loaded.manifests)
        near = [d.text for d in loaded.near_misses if d.file and Path(d.file).stem == name]
        hint = near or [did_you_mean(name, known) or f"sources: {', '.join(known)}"]
        raise WrongUsage(f'no manifest has the source "{name}"', hint=hint[0])


def check_no_file(name: str, manifests: Sequence[Manifest]) -> None:
    """Raise WrongUsage if *name*, which is no source, is a file: what it is for is said."""
    if not os.path.isfile(name):  # noqa: PTH113 - False for what is no file's name at all
        return
    path = Path(name)
    file = real_path(path)
    of_file = (m.source for m in manifests if real_path(Path(m.file)) == file)
    other = other_by_name(path.name) or other_by_beginning(
        beginning(path), is_json=path.suffix.lower() == ".json"
    )
    if (source := next(of_file, None)) is not None:
        hint = f'did you mean "{source}", the source of that manifest?'
    elif other is not None:
        hint = other.hint
    else:
        hint = f"sources: {', '.join(sorted(m.source for m in manifests))}"
    what = "it is a file" if other is None else other.what
    raise WrongUsage(f'no manifest has the source "{name}": {what}', hint=hint)


def no_manifest(where: Path | str, besides: Iterable[Diagnostic] = ()) -> ManifestError:
    """Return the error for a project, or paths, without any manifest, behind *besides*."""
    error = FileCode.NO_MANIFEST.diagnostic(
        f"there is no manifest in {where}",
        hint="a manifest is a *.yaml, *.yml or *.json file beside reconciler.yaml",
    )
    return ManifestError([*besides, error])


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
    """Return the journal of *project*, not opened yet.

    Raises JournalError for a bad URL, ManifestError if a variable of it is not set.
    """
    # Importing SQLAlchemy takes longer than planning.
    from reconciler.journal.location import journal_url  # noqa: PLC0415
    from reconciler.journal.runs import Journal  # noqa: PLC0415
    from reconciler.journal.store import JournalStore  # noqa: PLC0415

    return Journal(JournalStore(journal_url(_journal(project), project.root)))


def is_empty(project: Project) -> bool:
    """Return whether the journal is a file that does not exist yet: there is nothing to read."""
    url = _journal(project)
    return url.startswith(_FILE) and not (project.root / url.removeprefix(_FILE)).exists()


def _journal(project: Project) -> str:
    return project.journal.resolve(project.variables)
