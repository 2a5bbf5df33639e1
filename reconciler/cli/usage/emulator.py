"""The arguments and options of `emulator`, and of its commands."""

from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from reconciler.cli.choices import LOCAL_WORKSPACE
from reconciler.cli.completion import completes
from reconciler.cli.formats import format_option
from reconciler.cli.group import SpelledGroup, deferred, shown_example
from reconciler.cli.option_types import MOST, Count, Seconds, TextType
from reconciler.command_line import command_line
from reconciler.emulator.faults import (
    ADMIN_TOKEN,
    MEANINGS,
    SCHEMA_CREDENTIAL,
    EmulatorOptions,
    parse_fault,
)
from reconciler.render.formats import OBJECTS
from reconciler.semantics.operations import ApiOperation
from reconciler.semantics.questions import Profile, Question, parse_outcome

_db_option = click.option(
    "--db",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The emulator's data, by default those of the embedded environment.",
)


@click.command(epilog=shown_example("emulator objects laptops"))
@click.argument("source", shell_complete=completes("sources"))
@click.option("--type", "name", metavar="NAME", help="Only objects of the object type NAME.")
@format_option(OBJECTS, "How to print them.")
@_db_option
@deferred
def objects() -> None:
    """List the objects of SOURCE: a source's name, or the id of an import source."""


@click.command("object-schema", epilog=shown_example("emulator object-schema Hardware laptops"))
@click.argument("name")
@click.argument("sources", nargs=-1, metavar="[SOURCE]...", shell_complete=completes("sources"))
@click.option(
    "--types",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="A document, whose object types are made in it by hand.",
)
@_db_option
@click.option(
    "--workspace", default=LOCAL_WORKSPACE, show_default=True, help="The sources' workspace."
)
@deferred
def object_schema() -> None:
    """Put import sources into the object schema NAME, which several may share.

    SOURCE is a source's name, or with --db the id of an import source. Without this, each has
    an object schema to itself.
    """


_DEFAULTS = EmulatorOptions()
_FAULTS = "OPERATION:KIND[=VALUE][:TIMES]"
_ASSUMPTION = "QUESTION=OUTCOME"


def _explained() -> str:
    """Return the description of `--fault` and `--assume` values, for the end of the help."""
    return f"{_faults_explained()}\n\n{_assumptions_explained()}"


def _assumptions_explained() -> str:
    credential = f"The companion API takes Basic {SCHEMA_CREDENTIAL} and no token."
    lines = [f"{credential} What nobody knows is {_ASSUMPTION}, the first by default."]
    for question in Question:
        rows = "\n".join(f"  {name:17} {text}" for name, text in question.outcomes.items())
        lines.append(f"\b\n{question}: {question.text}\n{rows}")
    return "\n\n".join(lines)


def _faults_explained() -> str:
    operations = ", ".join(ApiOperation)
    lines = [
        f"Faults are {_FAULTS}, TIMES times or always.\n\nOPERATION is * (any), {operations}.",
        "KIND is one of these.",
    ]
    for title, kinds in MEANINGS.items():
        rows = "\n".join(f"  {kind:17} {meaning}" for kind, meaning in kinds.items())
        lines.append(f"\b\n{title}:\n{rows}")
    return "\n\n".join(lines)


@click.group(
    cls=SpelledGroup,
    epilog=_explained(),
    invoke_without_command=True,
    subcommand_metavar="[objects SOURCE | object-schema NAME]",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port",
    type=Count(0, 65_535),
    default=8080,
    show_default=True,
    help="0 is any free one.",
)
@click.option(
    "--db",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where the data are kept. Without it they are gone at the end.",
)
@click.option("--token", default=ADMIN_TOKEN, show_default=True, help="The administrator's token.")
@click.option(
    "--latency",
    type=Seconds(),
    default=_DEFAULTS.latency,
    show_default=True,
    metavar="S",
    help="Seconds before every answer.",
)
@click.option(
    "--steps",
    type=Count(0),
    default=_DEFAULTS.steps,
    show_default=True,
    help="How often asynchronous work is IN_PROGRESS.",
)
@click.option(
    "--duration",
    type=Seconds(),
    default=_DEFAULTS.duration,
    show_default=True,
    metavar="S",
    help="Seconds that asynchronous work takes at least.",
)
@click.option(
    "--answers",
    type=click.Choice(("documented", "observed")),
    default=_DEFAULTS.answers,
    show_default=True,
    help="The form of GET schema-and-mapping.",
)
@click.option(
    "--location",
    type=click.Choice(("absolute", "path")),
    default=_DEFAULTS.location,
    show_default=True,
    help="The form of the Location header.",
)
@click.option(
    "--fault",
    "faults",
    type=TextType(_FAULTS, parse_fault),
    multiple=True,
    help="What goes wrong: see below. May repeat.",
)
@click.option(
    "--assume",
    type=TextType(_ASSUMPTION, parse_outcome),
    multiple=True,
    help="What nobody knows of the API: see below. May repeat.",
)
@click.option(
    "--seed", type=Count(-MOST), default=_DEFAULTS.seed, show_default=True, help="For the ids."
)
@click.pass_context
def emulator(ctx: click.Context, /, **options: Any) -> int:
    """Serve the importsource API locally, as the cloud does as far as is known.

    The companion API is served beside it.
    """
    if ctx.invoked_subcommand is None:
        assumed = Profile(chosen=dict(options.pop("assume")))
        return serving(profile=assumed, **options)
    _check_only_serving(ctx)
    return 0


emulator.add_command(objects)
emulator.add_command(object_schema)


@deferred
def serving() -> None:
    """Serve."""


def _check_only_serving(ctx: click.Context) -> None:
    """Raise WrongUsage for an option of serving given before a subcommand."""
    for parameter in ctx.command.params:
        if ctx.get_parameter_source(str(parameter.name)) is ParameterSource.COMMANDLINE:
            from reconciler.errors import WrongUsage  # noqa: PLC0415 - `--help` fails at nothing

            raise WrongUsage(
                f"{parameter.opts[0]} is for serving",
                hint=command_line("emulator --help"),
            )
