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


def commands(command: click.Command = group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield *command* and those in it, each behind its words."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from commands(inner, f"{path} {name}".lstrip())


def is_called(command: click.Command) -> bool:
    """Return whether *command* does something by itself."""
    return not isinstance(command, click.Group) or command.invoke_without_command


def options(command: click.Command) -> Iterator[str]:
    """Yield the options of *command* and of those in it."""
    for _, each in commands(command):
        yield from (name for one in each.params for name in (*one.opts, *one.secondary_opts))
