"""Paths relative to the repository: CI names files from its root, not from `--chdir`."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from reconciler.manifest.project.file import find_project
from reconciler.render.report import PlanOrigin


def root_of(started: Path) -> Path:
    """Return the root of the working directory's git repository, otherwise *started*.

    Git itself is not called: it refuses if the checkout belongs to another user, as in
    containers.
    """
    here = Path.cwd()
    return next((d for d in (here, *here.parents) if (d / ".git").exists()), started.absolute())


def project_directory() -> str:
    """Return the project's directory, relative to the working directory."""
    found = find_project()
    return str(found.parent) if found else "."


def normal(directory: str) -> str:
    """Return *directory* as git writes it: no trailing slash, `.` for the root."""
    return "/".join(part for part in directory.split("/") if part not in {"", "."}) or "."


def names_from_root(started: Path) -> Callable[[str], str]:
    """Return a function from files to paths relative to the repository's root.

    Files outside of it become absolute paths, the root itself `.`; without a repository
    *started* is used as the root.
    """
    return partial(_named, root_of(started))


def plan_origin(started: Path) -> PlanOrigin:
    """Return the project, named from the root of the repository, and what is checked out there."""
    from reconciler.app.git import checked_out  # noqa: PLC0415 - most reports are no pages

    directory = Path(project_directory()).absolute()
    root, name = root_of(started), names_from_root(started)(str(directory))
    commit, author = checked_out(directory) or (None, None)
    project = root.name if name == "." else f"{root.name}/{name}"
    return PlanOrigin(project=project, commit=commit, author=author)


def _named(root: Path, file: str) -> str:
    path = Path.cwd() / file
    try:
        return path.relative_to(root).as_posix()
    except ValueError:
        return path.as_posix()
