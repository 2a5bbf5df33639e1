"""Paths relative to the repository: CI names files from its root, not from `--chdir`."""

from dataclasses import replace
from pathlib import Path

from reconciler.diagnostics import Diagnostic
from reconciler.manifest.project.file import find_project
from reconciler.planning.plan import Plan


def root_of(started: Path) -> Path:
    """Return the root of the working directory's git repository, otherwise *started*.

    Git itself is not called: it refuses if the checkout belongs to another user, as in
    containers.
    """
    here = Path.cwd()
    return next((d for d in (here, *here.parents) if (d / ".git").exists()), started.absolute())


def directory_in(root: Path) -> str:
    """Return the project's directory relative to *root*: `.` for the root itself."""
    found = find_project(None)
    return file_in(root, str(found.parent) if found else ".")


def normal(directory: str) -> str:
    """Return *directory* as git writes it: no trailing slash, `.` for the root."""
    return "/".join(part for part in directory.split("/") if part not in {"", "."}) or "."


def plan_in(root: Path, plan: Plan) -> Plan:
    """Return *plan* with the files of its sources and diagnostics relative to *root*."""
    return replace(
        plan,
        sources=tuple(
            replace(s, file=file_in(root, s.file) if s.file else None) for s in plan.sources
        ),
        diagnostics=diagnostics_in(root, plan.diagnostics),
    )


def diagnostics_in(root: Path, diagnostics: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """Return *diagnostics* with their files relative to *root*."""
    return tuple(replace(d, file=file_in(root, d.file)) if d.file else d for d in diagnostics)


def files_in(root: Path, files: tuple[str, ...]) -> tuple[str, ...]:
    """Return *files* relative to *root*; files outside of it as absolute paths."""
    return tuple(file_in(root, file) for file in files)


def file_in(root: Path, file: str) -> str:
    """Return *file* relative to *root*; a file outside of it as an absolute path."""
    path = Path.cwd() / file
    try:
        return path.relative_to(root).as_posix()
    except ValueError:
        return path.as_posix()
