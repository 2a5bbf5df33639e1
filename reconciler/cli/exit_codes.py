"""Exit codes, and those of errors (design.md#exit-codes)."""

from collections.abc import Iterable
from enum import IntEnum

import click

from reconciler import interruption
from reconciler.errors import MappingExists, ReconcilerError, StalePlan, UnsafePlan, WrongUsage


class ExitCode(IntEnum):
    """The exit code of a run."""

    DONE = 0
    ERROR = 1
    CHANGES = 2
    BLOCKED = 3
    USAGE = 64
    INTERRUPTED = interruption.CODE


_PRECEDENCE = (
    ExitCode.INTERRUPTED,
    ExitCode.USAGE,
    ExitCode.ERROR,
    ExitCode.BLOCKED,
    ExitCode.CHANGES,
)


def worst(codes: Iterable[ExitCode]) -> ExitCode:
    """Return the code that counts if several apply; DONE if there are none."""
    held = set(codes)
    return next((code for code in _PRECEDENCE if code in held), ExitCode.DONE)


def of_error(error: ReconcilerError) -> ExitCode:
    """Return the code for a run that *error* ended."""
    if isinstance(error, WrongUsage):
        return ExitCode.USAGE
    # A 409 on PUT means that somebody else configured the source first: the plan is stale.
    if isinstance(error, StalePlan | UnsafePlan | MappingExists):
        return ExitCode.BLOCKED
    return ExitCode.ERROR


def of_exception(error: BaseException) -> ExitCode:
    """Return the code for a run that *error*, of any type, ended."""
    match error:
        case BaseExceptionGroup():
            return worst(map(of_exception, error.exceptions))
        case KeyboardInterrupt() | click.Abort():
            return ExitCode.INTERRUPTED
        case click.UsageError():
            return ExitCode.USAGE
        case ReconcilerError():
            return of_error(error)
        case _:
            return ExitCode.ERROR
