"""`RECONCILER_…`: the variables that give options, but for those that approve of something.

An option has one variable, whichever commands have it, so that a guard or a pace holds for all of
a job's commands. Where a name means something else in each command, the command's name is in it.
"""

from collections.abc import Iterable

import click
from click.core import ParameterSource

PREFIX = "RECONCILER_"
# What approves of something is given with the command that does it, by who has seen what it is.
APPROVING = frozenset(
    {
        *("--accept-loss", "--allow-residual", "--auto-approve", "--expect-digest", "--force"),
        *("--foreign", "--i-know-this-writes", "--show", "--yes"),
    }
)
OF_A_COMMAND = frozenset({"format", "limit", "output", "since", "source", "verify"})


def add_variables(command: click.Command, path: str) -> None:
    """Let each option of the command at *path*, its words, be given by its variable."""
    for option in command.params:
        if isinstance(option, click.Option) and not option.is_eager:
            option.envvar = variable_of(option, path)


def variable_of(option: click.Option, path: str) -> str | None:
    """Return the name of the variable that gives *option* of the command at *path*, if one does."""
    long = max(option.opts, key=len)
    if long in APPROVING:
        return None
    name = long.removeprefix("--") if long.startswith("--") else str(option.name)
    words = f"{path} {name}" if name in OF_A_COMMAND else name
    return PREFIX + words.replace(" ", "_").replace("-", "_").upper()


def by_hand(options: Iterable[str]) -> list[str]:
    """Return those of *options* of the command that runs which no variable gave it.

    What holds for all commands of a job contradicts none of them.
    """
    context = click.get_current_context()
    by_variable = {
        name
        for option in context.command.params
        if context.get_parameter_source(str(option.name)) is ParameterSource.ENVIRONMENT
        for name in option.opts
    }
    return [option for option in options if option not in by_variable]
