"""`token`: a new container token of an import source, which invalidates the previous one."""

import io
import os
import stat
import sys

from reconciler.app.backends import backend_of
from reconciler.app.bound_sources import bound_source
from reconciler.app.event_loop import run_async
from reconciler.app.project import open_environment
from reconciler.applying.refresh import identify
from reconciler.cli.exit_codes import ExitCode
from reconciler.cli.prompt import is_approved
from reconciler.cli.settings import Settings
from reconciler.cli.standard_streams import failure_of
from reconciler.errors import ApprovalNeeded, BackendError, ReconcilerError, WrongUsage
from reconciler.manifest.project.model import Project
from reconciler.model.source import SourceRef
from reconciler.render.terminal import Screen

_UNKNOWN = "whether a new token was made is not known: the one before may be invalid from now on"


def token(settings: Settings, *, source: str, show: bool) -> int:
    """Run the command and return its exit code."""
    if not show and _is_seen_or_lost(settings.out):
        raise WrongUsage(
            "nothing was sent: the new token would be shown on the terminal, or lost",
            hint="send it down a pipe or into a file, or pass --show",
        )
    project = open_environment(settings.environment)
    ref = bound_source(project, source)
    if sys.stdin.isatty() and sys.stderr.isatty():
        _confirm(settings, source)
    try:
        secret = run_async(_issued(project, ref))
        settings.err.line(
            f"warning: the token that {source} had before is invalid from now on; "
            "replace it wherever it is used"
        )
        _write(secret, settings.out, source)
    except KeyboardInterrupt:
        settings.err.line(f"{source}: {_UNKNOWN}")
        raise
    return ExitCode.DONE


def _is_seen_or_lost(screen: Screen) -> bool:
    """Whether *screen* is a device: a terminal, which shows a secret, or the null device."""
    try:
        return stat.S_ISCHR(os.fstat(screen.stream.fileno()).st_mode)
    except io.UnsupportedOperation:  # an in-memory stream
        return screen.stream.isatty()


def _confirm(settings: Settings, source: str) -> None:
    settings.err.line(f"Make a new token of {source}? Only `yes` does.")
    settings.err.line("The one that it has now will be invalid at once, wherever it is used.")
    if not is_approved(settings.err):
        raise ApprovalNeeded("nothing was sent: the token is as it was")


async def _issued(project: Project, ref: SourceRef) -> str:
    async with backend_of(project, connections=1, reads=1) as backend:
        source = await identify(backend, ref)
        try:
            return await backend.issue_token(source)
        except BackendError as error:
            if error.sent:
                error.hint = _UNKNOWN
            raise


def _write(secret: str, screen: Screen, source: str) -> None:
    """Write *secret* and nothing else; unlike for other output, a closed pipe is an error."""
    screen.raw(f"{secret}\n")
    if failure := failure_of(screen.stream):
        raise ReconcilerError(
            f"a new token of {source} was made, but could not be written: {failure.strerror}",
            hint="it is lost, and the one before is invalid; make another one",
        )
