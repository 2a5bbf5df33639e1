"""The command line: parse, call, render, exit. No decision about the domain is made here."""

import contextlib
import gc
import io
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn, TextIO

import click

from reconciler.cli.exit_codes import ExitCode
from reconciler.cli.failures import report_error
from reconciler.cli.group import group
from reconciler.cli.settings import Settings
from reconciler.render.terminal import silence

__all__ = ["main", "run"]


def main() -> NoReturn:
    """Run the command line of this process and exit with its code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show an arrow is no reason to fail.
            stream.reconfigure(errors="backslashreplace")
    signal.signal(signal.SIGTERM, _interrupt)
    # Big documents are trees of many small values without cycles: collecting often finds nothing.
    gc.set_threshold(200_000, 50, 50)
    code = run(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        _flush(stream)
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run `reconciler` with *arguments* and return its exit code; all errors are reported."""
    settings = Settings()
    try:
        code = group.main(
            args=list(arguments), prog_name="reconciler", standalone_mode=False, obj=settings
        )
    except (KeyboardInterrupt, click.Abort):
        settings.err.line("Interrupted.")
        return ExitCode.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last line of defence: no traceback for users
        return report_error(error, settings)
    return int(code or 0)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    """End as for Ctrl-C unless a command handles signals itself, as apply does."""
    raise KeyboardInterrupt


def _flush(stream: TextIO) -> None:
    """Flush now, so that a closed pipe causes no message when the interpreter ends."""
    try:
        stream.flush()
    except BrokenPipeError:
        with contextlib.suppress(OSError):
            silence(stream)
