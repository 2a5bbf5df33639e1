"""A plan without a project file: a rehearsal on the emulator, and it says so."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from reconciler.manifest.project.file import PROJECT_FILE
from reconciler.manifest.project.model import Project
from reconciler.render.terminal import Screen


def begin_rehearsal(project: Project, screen: Screen) -> None:
    """Say now, and when the command ends, that nothing real is planned, if that is so."""
    if project.path is None:
        click.get_current_context().with_resource(_said(screen))


@contextmanager
def _said(screen: Screen) -> Iterator[None]:
    line = f"This is a rehearsal on the emulator: there is no {PROJECT_FILE} here."
    screen.line(line)
    yield
    screen.line(line)
