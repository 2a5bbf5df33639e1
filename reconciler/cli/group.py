"""`reconciler` itself: the options that stand before every command."""

import contextlib
from pathlib import Path

import click

from reconciler import __version__
from reconciler.cli.commands import LazyGroup
from reconciler.cli.settings import Settings

_LEVELS = ("debug", "info", "warning", "error")


@click.group(
    cls=LazyGroup,
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "-C",
    "--chdir",
    type=click.Path(exists=True, file_okay=False),
    metavar="DIR",
    help="Work as if started in DIR.",
)
@click.option("-e", "--environment", metavar="ENV", help="The environment of the project file.")
@click.option("--no-color", is_flag=True, help="No colour, also on a terminal.")
@click.option(
    "--log-level",
    type=click.Choice(_LEVELS),
    default="warning",
    show_default=True,
    help="What to log to standard error.",
)
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.pass_context
def group(
    ctx: click.Context,
    *,
    chdir: str | None,
    environment: str | None,
    no_color: bool,
    log_level: str,
) -> None:
    """Plan and apply schema and mapping of Assets import sources from manifests in git."""
    from reconciler.cli.log import log_to_stderr  # noqa: PLC0415 - --version needs no log

    settings = ctx.ensure_object(Settings)
    settings.environment = environment
    settings.debug = log_level == "debug"
    if no_color:
        settings.without_colour()
    ctx.with_resource(log_to_stderr(log_level))
    if chdir is not None:
        settings.started = Path.cwd()
        ctx.with_resource(contextlib.chdir(chdir))
