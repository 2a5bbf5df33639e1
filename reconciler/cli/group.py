"""The `reconciler` group: global options, and commands that are imported when they are called.

The usage of a command is in `cli/usage/`: its arguments, options and help. What it does is in
`cli/commands/`, which only a call imports.
"""

import contextlib
from collections.abc import Callable, Mapping
from functools import partial, wraps
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import click

from reconciler import __version__
from reconciler.cli.settings import Settings
from reconciler.cli.spelling import check_command, check_spelling
from reconciler.command_line import called_with

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

# name → (module below reconciler.cli.usage, short help)
COMMANDS = {
    "init": ("init", "Write a new project, or a manifest inferred from a file of data."),
    "validate": ("validate", "Check the manifests offline: schema, cross references, refusals."),
    "preview": ("preview", "Try a mapping on data: what objects they would make; sends nothing."),
    "render": ("render", "Show a manifest as an environment makes it, with origins."),
    "fmt": ("fmt", "Bring the manifests into the one canonical layout."),
    "plan": ("plan", "Show what apply would send, and why."),
    "show": ("show", "Render a saved plan."),
    "comment": ("comment", "Keep a comment with the plan on a pull request, or verify it."),
    "explain": ("explain", "Tell why this verb, or why impossible, and what to do by hand."),
    "apply": ("apply", "Send what the plan holds, and follow it to its end."),
    "drift": ("drift", "Tell what changed in live behind git's back; sends nothing."),
    "merge": ("merge", "Join the drift reports of several jobs into one."),
    "issue": ("issue", "Keep one issue in step with drift, and close it when in sync."),
    "pull": ("pull", "Take over what is live into manifests, new ones or those that are there."),
    "ingest": ("ingest", "Send data through a source's mapping, and tell how that goes."),
    "status": ("status", "Show where the sources stand."),
    "doctor": ("doctor", "Check all that a run needs: project, credentials, site; only reads."),
    "probe": ("probe", "Ask the API what nobody has written down, on an empty source; writes."),
    "history": ("history", "Show what was applied and ingested, newest first."),
    "unlock": ("unlock", "Take away the lock of a run that is gone for good."),
    "token": ("token", "Make a new token of an import source; the one before is invalid then."),
    "emulator": ("emulator", "Serve the importsource API locally."),
    "schema": ("schema", "Print one of our JSON Schemas."),
    "completion": ("completion", "Print the completion script of a shell."),
}


def deferred(usage: Callable[[], None]) -> Callable[..., int]:
    """Return what runs the command that *usage* describes, and imports it before.

    It is the function of the same name, in the module of the same name in `cli/commands/`.
    """
    module = usage.__module__.replace(".usage.", ".commands.")

    @wraps(usage)
    def run(*arguments: Any, **options: Any) -> int:
        # `--help` needs no log and fails at nothing; a run that has sent something imports no more.
        import reconciler.cli.failures  # noqa: F401, PLC0415
        from reconciler.cli.log import log_to_stderr  # noqa: PLC0415

        context = click.get_current_context()
        context.with_resource(log_to_stderr(context.ensure_object(Settings).log_level))
        code: int = getattr(import_module(module), usage.__name__)(*arguments, **options)
        return code

    return run


def _note_record(ctx: click.Context, _: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.ensure_object(Settings).record = value


record_option = click.option(
    "--record",
    type=click.Path(path_type=Path),
    metavar="FILE",
    expose_value=False,
    callback=_note_record,
    help="Record what is exchanged with servers in FILE, a HAR without secrets.",
)


def recordable(command: click.Command) -> click.Command:
    """Return *command*, and those below it, with the option `--record`."""
    if isinstance(command, click.Group):
        for each in command.commands.values():
            recordable(each)
    run = command.callback
    if run is None or any(each.name == "record" for each in command.params):
        return command

    @wraps(run)
    def wrapped(*arguments: Any, **options: Any) -> Any:
        context = click.get_current_context()
        settings = context.ensure_object(Settings)
        if settings.record is None or context.invoked_subcommand is not None:
            return run(*arguments, **options)
        from reconciler.cli.record import recorded  # noqa: PLC0415 - most record nothing

        return recorded(partial(run, *arguments, **options), settings.record, settings)

    command.callback = wrapped
    return record_option(command)


class SpelledGroup(click.Group):
    """A group that refuses options in another program's spelling, its own and its commands'."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the group's own options."""
        if not ctx.resilient_parsing:
            check_spelling(self, ctx, args)
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command with its arguments, which it can take as they are written."""
        if not ctx.resilient_parsing:
            check_command(args[0], self.list_commands(ctx), ctx)
        name, command, rest = super().resolve_command(ctx, args)
        if command is not None and not isinstance(command, click.Group):
            inner = click.Context(command, info_name=name, parent=ctx)
            if not ctx.resilient_parsing:
                check_spelling(command, inner, rest)
        return name, command, rest


class LazyGroup(SpelledGroup):
    """A group that knows its commands by name and imports only the one that is called.

    The command object has the same name as its module. Subgroups have their own table in the
    form of COMMANDS.
    """

    table: ClassVar[Mapping[str, tuple[str, str]]] = COMMANDS

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order of everyday use."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return the command, importing its module; None if there is none of that name."""
        if cmd_name not in self.table:
            return None
        module = self.table[cmd_name][0]
        name = module.rpartition(".")[2]
        command = getattr(import_module(f"reconciler.cli.usage.{module}"), name)
        assert isinstance(command, click.Command)  # noqa: S101 - the table above is ours
        return recordable(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands from the table, importing none."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self.table.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """Return the commands and options with that prefix, also from the table."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415 - only a shell asks

        names = [
            CompletionItem(name, help=text)
            for name, (_, text) in self.table.items()
            if name.startswith(incomplete)
        ]
        return names + click.Command.shell_complete(self, ctx, incomplete)


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
@record_option
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
    settings = ctx.ensure_object(Settings)
    settings.environment = environment
    settings.log_level = log_level
    settings.no_color = no_color
    ctx.with_resource(called_with(chdir=chdir, environment=environment))
    if chdir is not None:
        settings.started = Path.cwd()
        ctx.with_resource(contextlib.chdir(chdir))
