"""The project of a directory: its environment and its journal."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.codes.failure import StaleCode
from reconciler.command_line import command_line, plan_again
from reconciler.errors import ReconcilerError, StalePlan, WrongUsage
from reconciler.manifest.project.file import (
    PROJECT_FILE,
    find_project,
    load_project,
    misnamed_project_files,
)
from reconciler.manifest.project.model import BackendKind, Project, default_project
from reconciler.value import replace

if TYPE_CHECKING:
    from reconciler.journal.runs import Journal


def open_project(environment: str | None) -> Project:
    """Return the project of the working directory as `read_project` does.

    An environment that replays a recording is bound to it.
    """
    project = read_project(Path(), environment=environment, variables=os.environ)
    if project.environment.backend is not BackendKind.REPLAY:
        return project
    from reconciler.app.recordings.replay import replayed  # noqa: PLC0415 - few replay, and it needs the wire

    return replayed(project)


def read_project(
    directory: Path, *, environment: str | None, variables: Mapping[str, str]
) -> Project:
    """Return the project of *directory*, or the embedded default without a project file.

    *environment* is the requested one, None the project's default. None of *variables* is needed
    yet (design.md#variables).
    """
    path = find_project(directory)
    if path is not None:
        return load_project(path, environment=environment, variables=variables)
    project = replace(default_project(directory), variables=variables)
    if environment not in {None, project.environment.name}:
        raise WrongUsage(
            f'there is no environment "{environment}": no {PROJECT_FILE} was found',
            hint=_missing_project_file(project),
        )
    return project


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
            f"on the emulator: {command_line('…', environment=project.environment.name)}",
        )
    return project


def open_planned(planned: str) -> Project:
    """Return the project in the environment that a plan was made for.

    Raises StalePlan if the project file has it no more: nobody can say where the plan goes.
    """
    try:
        return open_project(planned)
    except WrongUsage as error:
        if find_project() is None:
            raise ReconcilerError(str(error), hint=error.hint) from error
        raise StalePlan(
            f"the plan is stale: it is for environment {planned}, and {error}",
            code=StaleCode.BINDING_CHANGED,
            hint=f"bring the environment back, or {plan_again()}",
        ) from error


def _missing_project_file(project: Project) -> str:
    for path in misnamed_project_files(project):
        return f"did you mean {PROJECT_FILE}? There is {path}"
    return write_project_file()


def write_manifest() -> str:
    """Return what helps where there is no manifest: `pull` needs a project file."""
    begun = find_project() is not None
    take_over = command_line("pull") if begun else command_line("init --backend cloud")
    return f"from data: {command_line('init --from FILE')}; from what is live: {take_over}"


def write_project_file() -> str:
    """Return what helps where there is no project file."""
    return (
        f"write one for your site: {command_line('init --backend cloud')}; "
        f"to try it on the emulator: {command_line('init')};\n"
        "or name the directory of one with --chdir DIR"
    )


_FILE = "sqlite:///"


def journal_of(project: Project) -> "Journal":
    """Return the journal of *project*, not opened yet.

    Raises JournalError for a bad URL, ManifestError if a variable of it is not set.
    """
    # Importing SQLAlchemy takes longer than planning.
    from reconciler.journal.runs import Journal  # noqa: PLC0415
    from reconciler.journal.store import JournalStore  # noqa: PLC0415

    return Journal(JournalStore(journal_url_of(project)))


def journal_url_of(project: Project) -> str:
    """Return the URL of the journal of *project*; raises what `journal_of` does."""
    from reconciler.journal.database import journal_url  # noqa: PLC0415 - as above

    return journal_url(_journal(project), project.root)


def is_empty(project: Project) -> bool:
    """Return whether the journal is a file that does not exist yet: there is nothing to read."""
    file = journal_file(project)
    return file is not None and not file.exists()


def journal_file(project: Project) -> Path | None:
    """Return the SQLite file that is the journal of *project*, None for a server."""
    url = _journal(project)
    return project.root / url.removeprefix(_FILE) if url.startswith(_FILE) else None


def _journal(project: Project) -> str:
    return project.journal.resolve(project.variables)
