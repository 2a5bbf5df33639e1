"""The options that every command has: they stand before its name, or anywhere after it."""

import contextlib
import os
from pathlib import Path
from typing import Any

import click

from reconciler.cli.completion import VARIABLE, completes
from reconciler.cli.settings import Settings
from reconciler.command_line import called_with

_LEVELS = ("debug", "info", "warning", "error")
_OPTIONS: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (
        ("-C", "--chdir"),
        {
            "type": click.Path(exists=True, file_okay=False),
            "metavar": "DIR",
            "help": "Work as if started in DIR.",
        },
    ),
    (
        ("-e", "--environment"),
        {
            "metavar": "ENV",
            "help": "The environment of the project file.",
            "shell_complete": completes("environments"),
        },
    ),
    (("--no-color",), {"is_flag": True, "help": "No colour, also on a terminal."}),
    (
        ("--log-level",),
        {
            "type": click.Choice(_LEVELS),
            "help": "What to log to standard error: warning by default.",
        },
    ),
    (
        ("--log-format",),
        {
            "type": click.Choice(("text", "json")),
            "help": "How to log: json is an object a line, with its time; text by default.",
        },
    ),
    (
        ("--record",),
        {
            "type": click.Path(path_type=Path),
            "metavar": "FILE",
            "help": "Record what is exchanged with servers in FILE, a HAR without secrets.",
        },
    ),
)


def add_before(group: click.Group) -> None:
    """Add the options to *group*, which is given them by name."""
    group.params[:0] = [click.Option([*names], **how) for names, how in _OPTIONS]


def add_after(command: click.Command) -> None:
    """Add the options to *command*, whose help, unlike a shell, leaves them to the program's.

    They are read before its own: its files are those of `--chdir`.
    """
    own = {each.name for each in command.params}
    for names, how in _OPTIONS:
        option = click.Option(
            [*names],
            **how,
            expose_value=False,
            is_eager=True,
            hidden=VARIABLE not in os.environ,
            callback=_after,
        )
        if option.name not in own:
            command.params.append(option)


def _after(ctx: click.Context, option: click.Parameter, value: Any) -> None:
    if value not in {None, False}:
        take(ctx, **{str(option.name): value})


def take(
    ctx: click.Context,
    *,
    chdir: str | None = None,
    environment: str | None = None,
    no_color: bool = False,
    log_level: str | None = None,
    log_format: str | None = None,
    record: Path | None = None,
) -> None:
    """Let what is given hold for the rest of the run; of two the later one on the line counts."""
    settings, run = ctx.ensure_object(Settings), ctx.find_root()
    run.with_resource(called_with(chdir=chdir, environment=environment))
    if environment is not None:  # an empty one, as of an unset variable, is none that there is
        settings.environment = environment
    settings.no_color = no_color or settings.no_color
    settings.log_level = log_level or settings.log_level
    settings.log_format = log_format or settings.log_format
    settings.record = record or settings.record
    if chdir is not None:
        if settings.started == Path():
            settings.started = Path.cwd()
        run.with_resource(contextlib.chdir(chdir))
        settings.directory = Path.cwd()
