"""Every option that is a number is finite and bounded, whatever command has it; the tables of
what options may be hold what the enums and tables of the domain do.
"""

from collections.abc import Iterable

import click
import pytest

from reconciler.app.preview import Against
from reconciler.cli import choices
from reconciler.data.entries import DataFormat
from reconciler.forges.kinds import KINDS
from reconciler.forges.trackers import TRACKERS
from reconciler.manifest import schemas
from reconciler.manifest.project.model import LOCAL
from reconciler.model.policy import Risk
from tests.support.command_lines import commands

UNBOUNDED = ("nan", "-nan", "inf", "-inf", "1e400", "9" * 22, "-" + "9" * 22, "9" * 5_000)
NUMBERS = (click.types.IntParamType, click.types.FloatParamType)


OPTIONS = {
    f"{words} {option.opts[-1]}": option
    for words, command in commands()
    for option in command.params
    if isinstance(option, click.Option) and isinstance(option.type, NUMBERS)
}


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


TABLES: dict[str, Iterable[str]] = {
    "AGAINST": Against,
    "DATA_FORMATS": DataFormat,
    "FORGES": KINDS,
    "LOCAL_WORKSPACE": LOCAL,
    "RISKS": Risk,
    "SCHEMAS": schemas.KINDS,
    "TRACKERS": TRACKERS,
}


@pytest.mark.parametrize("name", TABLES)
def test_an_option_may_be_what_the_domain_knows(name: str) -> None:
    assert list(getattr(choices, name)) == [*map(str, TABLES[name])]


def test_each_table_is_compared() -> None:
    assert {name for name in vars(choices) if name.isupper()} == TABLES.keys()
