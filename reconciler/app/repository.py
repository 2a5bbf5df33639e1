"""Where files stand in the repository: CI names them from its root on, not from `--chdir`."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from reconciler.manifest.project.file import find_project


def root_of(started: Path) -> Path:
    """Return the root of the working directory's git repository, else *started*.

    Git itself is not asked: it refuses where the checkout is another user's, as in containers.
    """
    here = Path.cwd()
    return next((d for d in (here, *here.parents) if (d / ".git").exists()), started.absolute())


def project_directory() -> str:
    """Return the project's directory, from the working directory on."""
    found = find_project(None)
    return str(found.parent) if found else "."


def normal(directory: str) -> str:
    """Return *directory* as git writes it: no slash at an end, `.` for the root."""
    return "/".join(part for part in directory.split("/") if part not in {"", "."}) or "."


def names_from_root(started: Path) -> Callable[[str], str]:
    """Return what names a file from the repository's root on, one outside of it by its whole path.

    The root itself is `.`; where there is no repository, *started* is taken for it.
    """
    return partial(_named, root_of(started))


def _named(root: Path, file: str) -> str:
    path = Path.cwd() / file
    try:
        return path.relative_to(root).as_posix()
    except ValueError:
        return path.as_posix()
