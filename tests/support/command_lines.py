"""Commands and their options, looked up as the command line has them."""

from collections.abc import Iterator

import click

from reconciler.cli.group import group


def found_command(words: list[str]) -> tuple[click.Command, list[str]]:
    """Return the command that *words* name, and the words behind its name."""
    command: click.Command = group
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        inner = command.get_command(click.Context(command), words[0])
        if inner is None:
            break
        command, words = inner, words[1:]
    return command, words


def options(command: click.Command) -> Iterator[str]:
    """Yield the options of *command* and of those in it."""
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            inner = command.get_command(click.Context(command), name)
            assert inner is not None
            yield from options(inner)
    yield from (name for each in command.params for name in (*each.opts, *each.secondary_opts))
