"""The command line: parse, call, render, exit. No decision about the domain is made here."""

import gc
import os
import signal
import sys
import warnings
from collections.abc import Sequence
from contextvars import copy_context
from typing import NoReturn

import click

from reconciler import interruption, lifetime
from reconciler.cli.completion import VARIABLE, answer
from reconciler.cli.exit_codes import ExitCode, worst
from reconciler.cli.group import group
from reconciler.cli.settings import Settings
from reconciler.cli.standard_streams import flush, take_over

__all__ = ["main", "run"]


def main() -> NoReturn:
    """Run the command line of this process and exit with its code."""
    take_over()
    lifetime.begin()
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # Python's own: users can do nothing about them
    try:
        interruption.handle(interruption.interrupt)
        code = run(sys.argv[1:])
        # The last words may have to wait for a reader.
        interruption.handle(interruption.end)
        code = _flushed(code)
    except KeyboardInterrupt:  # while the end of the command was reported
        interruption.end()
    interruption.handle(signal.SIG_IGN)
    if code == ExitCode.INTERRUPTED:
        # `sys.exit` waits for threads, and ends as if by SIGINT where that came into an `exec`.
        os._exit(code)
    gc.freeze()  # nor is anything collected at the end
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run `reconciler` with *arguments* and return its exit code; all errors are reported."""
    settings = Settings()
    settings.arguments = tuple(arguments)
    if asked := os.environ.get(VARIABLE):
        return answer(asked, group, settings)
    try:
        # What is set for one command does not outlive it.
        code = copy_context().run(
            group.main,
            args=list(arguments),
            prog_name="reconciler",
            standalone_mode=False,
            obj=settings,
        )
    except (KeyboardInterrupt, click.Abort):
        settings.err.line(interruption.SENTENCE)
        return ExitCode.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last line of defence: no traceback for users
        from reconciler.cli.failures import report_error  # noqa: PLC0415 - `--help` fails at nothing

        return report_error(error, settings)
    return int(code or 0)


def _flushed(code: int) -> int:
    """Write what is pending; return the exit code when all was written that belongs to *code*."""
    failure = flush(interrupted=code == ExitCode.INTERRUPTED)
    if failure is None:
        return code
    sys.stderr.write(f"error: standard output cannot be written: {failure.strerror}\n")
    sys.stderr.flush()
    return worst([ExitCode(code), ExitCode.ERROR])
