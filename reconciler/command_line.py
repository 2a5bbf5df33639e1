"""Command lines that messages suggest: they work where they are read.

Names are quoted for the shell and stand behind `--` where one looks like an option, and the project
and environment that this process was called with are named again. tests/repository/test_remedies
gives each of them to the commands that there are.
"""

import os
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

_PROGRAM = "reconciler"
# How this process was called. Errors are raised in every room, and none but this one is concerned.
_given: dict[str, str] = {}


@contextmanager
def called_with(*, chdir: str | None, environment: str | None) -> Iterator[None]:
    """Let the command lines that are made in the block name what was given, as it was given.

    A *chdir* begins in the directory of the one before.
    """
    before = dict(_given)
    if chdir is not None:
        chdir = os.path.join(_given.get("--chdir", ""), chdir)  # noqa: PTH118 - as given
    options = {"--chdir": chdir, "--environment": environment}
    _given.update({option: value for option, value in options.items() if value is not None})
    try:
        yield
    finally:
        _given.clear()
        _given.update(before)


def command_line(
    words: str,
    *names: str,
    options: Sequence[str] = (),
    environment: str | None = None,
    is_kept: bool = False,
) -> str:
    """Return `reconciler WORDS OPTIONS NAMES…` for a shell.

    *words* are the command with its options, verbatim: a constant, or nobody could check it.
    *options* are more of them, that this process was given itself.
    What the reader has to fill in stands in capitals. *environment* is named where none was given,
    or another one. Where the text *is_kept*, as in a plan, it is the same however this process was
    called.
    """
    given = {} if is_kept else _given
    global_ = given if environment is None else {**given, "--environment": environment}
    called = [word for pair in sorted(global_.items()) for word in pair]
    end = ["--"] if any(name.startswith("-") for name in names) else []
    return " ".join(
        filter(
            None,
            (
                shlex.join([_PROGRAM, *called]),
                words,
                shlex.join(options),
                shlex.join([*end, *names]),
            ),
        )
    )


def accepting(address: str, number: int) -> str:
    """Return the option of plan and apply that accepts the loss of *number* at *address*."""
    return shlex.join(["--accept-loss", f"{address}={number}"])


def plan_again() -> str:
    """Return the hint about a plan that is stale."""
    return f"plan again: {command_line('plan')}"
