"""Every option that is a number is finite and bounded, whatever command has it."""

from collections.abc import Iterator

import click
import pytest

from reconciler.cli.group import group

UNBOUNDED = ("nan", "-nan", "inf", "-inf", "1e400", "9" * 22, "-" + "9" * 22, "9" * 5_000)
NUMBERS = (click.types.IntParamType, click.types.FloatParamType)


def numeric_options(command: click.Command, name: str = "") -> Iterator[tuple[str, click.Option]]:
    if isinstance(command, click.Group):
        context = click.Context(command)
        for each in command.list_commands(context):
            inner = command.get_command(context, each)
            assert inner is not None
            yield from numeric_options(inner, f"{name} {each}".lstrip())
    for option in command.params:
        if isinstance(option, click.Option) and isinstance(option.type, NUMBERS):
            yield f"{name} {option.opts[-1]}", option


OPTIONS = dict(numeric_options(group))


def test_the_options_of_commands_and_of_their_commands_are_found() -> None:
    assert {"plan --max-changes", "ingest run --chunk", "emulator --latency"} <= OPTIONS.keys()


@pytest.mark.parametrize("name", OPTIONS)
def test_a_number_without_bound_is_wrong_usage(name: str) -> None:
    option = OPTIONS[name]
    context = click.Context(click.Command("any"))
    for text in UNBOUNDED:
        with pytest.raises(click.BadParameter):
            option.type_cast_value(context, text)
    option.type_cast_value(context, option.default if isinstance(option.default, int) else "1000")
