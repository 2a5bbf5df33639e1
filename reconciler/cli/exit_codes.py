"""Exit codes (design.md#exit-codes)."""

from collections.abc import Iterable
from enum import IntEnum

from reconciler import interruption


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
