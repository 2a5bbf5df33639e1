"""The `reconciler` group: global options, and commands that are imported when they are called.

The usage of a command is in `cli/usage/`: its arguments, options and help. What it does is in
`cli/commands/`, which only a call imports.
"""

from collections.abc import Callable, Mapping
from functools import partial, wraps
from importlib import import_module
from itertools import groupby
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import click

from reconciler import __version__
from reconciler.cli.global_options import add_after, add_before, take
from reconciler.cli.settings import Settings
from reconciler.cli.spelling import check_command, check_spelling
from reconciler.cli.variables import add_variables

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class Row(NamedTuple):
    """A command: its module below reconciler.cli.usage, its short help, an example, its group."""

    module: str
    text: str
    example: str
    group: str = "Commands"


_WRITE, _PLAN, _WATCH = "Write manifests", "Plan and apply", "Watch"
_IMPORT, _SITE, _TOOLS = "Import data", "Look after a site", "Tools"
COMMANDS = {
    "init": Row(
        "init",
        "Write a new project, or a manifest inferred from a file of data.",
        "init --from export.csv",
        _WRITE,
    ),
    "validate": Row(
        "validate",
        "Check the manifests offline: schema, cross references, refusals.",
        "validate --output sarif=validate.sarif",
        _WRITE,
    ),
    "preview": Row(
        "preview",
        "Try a mapping on data: what objects they would make; sends nothing.",
        "preview laptops export.json --sample 3",
        _WRITE,
    ),
    "render": Row(
        "render",
        "Show a manifest as an environment makes it, with origins.",
        "render laptops -e production",
        _WRITE,
    ),
    "fmt": Row("fmt", "Format manifests.", "fmt --diff", _WRITE),
    "pull": Row(
        "pull",
        "Take over what is live into manifests, new ones or those that are there.",
        "pull laptops --dry-run",
        _WRITE,
    ),
    "plan": Row(
        "plan",
        "Show what apply would send, and why.",
        "plan laptops -o plan.json --output html=plan.html",
        _PLAN,
    ),
    "show": Row("show", "Render a saved plan.", "show plan.json --format markdown", _PLAN),
    "explain": Row(
        "explain",
        "Explain a change, why this verb or why impossible; or what a code means.",
        "explain plan.json laptops",
        _PLAN,
    ),
    "comment": Row(
        "comment",
        "Keep a comment with the plan on a pull request, or verify it.",
        "comment github --plan plan.json",
        _PLAN,
    ),
    "apply": Row(
        "apply", "Send what the plan holds, and follow it to its end.", "apply plan.json", _PLAN
    ),
    "drift": Row(
        "drift",
        "Show changes made outside git; sends nothing.",
        "drift --since last --output json=drift.json",
        _WATCH,
    ),
    "merge": Row(
        "merge",
        "Merge drift reports of several jobs into one.",
        "merge drift-1.json drift-2.json",
        _WATCH,
    ),
    "issue": Row(
        "issue",
        "Sync one issue with drift, and close it when in sync.",
        "issue jira --report drift.json",
        _WATCH,
    ),
    "status": Row("status", "Show where the sources stand.", "status --label team=it", _WATCH),
    "history": Row(
        "history",
        "Show what was applied and ingested, newest first.",
        "history laptops --since 7d",
        _WATCH,
    ),
    "ingest": Row(
        "ingest",
        "Send data through a source's mapping, and follow the import.",
        "ingest run laptops export.json",
        _IMPORT,
    ),
    "token": Row(
        "token",
        "Make a new token of an import source; the one before is invalid then.",
        "token laptops > token",
        _IMPORT,
    ),
    "doctor": Row(
        "doctor",
        "Check all that a run needs: project, credentials, site; only reads.",
        "doctor -e production",
        _SITE,
    ),
    "probe": Row(
        "probe",
        "Ask the API what nobody has written down, on an empty source; writes.",
        "probe sandbox --i-know-this-writes",
        _SITE,
    ),
    "unlock": Row(
        "unlock", "Take away the lock of a run that is gone for good.", "unlock laptops", _SITE
    ),
    "emulator": Row(
        "emulator", "Serve the importsource API locally.", "emulator --port 8080 --steps 2", _TOOLS
    ),
    "schema": Row("schema", "Print one of our JSON Schemas.", "schema manifest", _TOOLS),
    "completion": Row(
        "completion", "Print the completion script of a shell.", "completion bash", _TOOLS
    ),
}


def deferred(usage: Callable[[], None]) -> Callable[..., int]:
    """Return what runs the command that *usage* describes, and imports it before.

    It is the function of the same name, in the module of the same name in `cli/commands/`. The
    settings are its first argument.
    """
    module = usage.__module__.replace(".usage.", ".commands.")

    @wraps(usage)
    def run(**options: Any) -> int:
        # `--help` needs no log and fails at nothing; a run that has sent something imports no more.
        import reconciler.cli.failures  # noqa: F401, PLC0415
        from reconciler.cli.log import log_to_stderr  # noqa: PLC0415

        context = click.get_current_context()
        settings = context.ensure_object(Settings)
        context.with_resource(log_to_stderr(settings.log_level, settings.log_format))
        code: int = getattr(import_module(module), usage.__name__)(settings, **options)
        return code

    return run


def _equipped(command: click.Command, path: str, example: str | None) -> click.Command:
    """Return *command*, and those below it, with what every command has.

    These are the global options, variables for its own, and an example at the end of its help.
    """
    if isinstance(command, click.Group):
        for name, each in command.commands.items():
            _equipped(each, f"{path} {name}", None)
    if any(each.name == "record" for each in command.params):
        return command  # made before
    add_variables(command, path)
    add_after(command)
    if example:
        shown = shown_example(example)
        command.epilog = f"{shown}\n\n{command.epilog}" if command.epilog else shown
    if command.callback is not None:
        command.callback = _recordable(command.callback)
    return command


def shown_example(words: str) -> str:
    """Return the end of a command's help: *words* as an example."""
    return f"\b\nExample:\n  reconciler {words}"


def _recordable(run: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(run)
    def wrapped(*arguments: Any, **options: Any) -> Any:
        context = click.get_current_context()
        settings = context.ensure_object(Settings)
        if settings.record is None or context.invoked_subcommand is not None:
            return run(*arguments, **options)
        from reconciler.cli.record import recorded  # noqa: PLC0415 - most record nothing

        return recorded(partial(run, *arguments, **options), settings.record, settings)

    return wrapped


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
            check_command(args, self.list_commands(ctx), ctx)
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

    table: ClassVar[Mapping[str, Row]] = COMMANDS

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order of everyday use."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return the command, importing its module; None if there is none of that name."""
        if cmd_name not in self.table:
            return None
        row = self.table[cmd_name]
        above, _, name = row.module.rpartition(".")
        command = getattr(import_module(f"reconciler.cli.usage.{row.module}"), name)
        assert isinstance(command, click.Command)  # noqa: S101 - the table above is ours
        return _equipped(command, f"{above} {cmd_name}".lstrip(), row.example)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the commands by their groups from the table, importing none."""
        longest = max(map(len, self.table))
        for group, rows in groupby(self.table.items(), key=lambda row: row[1].group):
            with formatter.section(group):
                formatter.write_dl([(name.ljust(longest), row.text) for name, row in rows])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """Return the commands and options with that prefix, also from the table."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415 - only a shell asks

        names = [
            CompletionItem(name, help=row.text)
            for name, row in self.table.items()
            if name.startswith(incomplete)
        ]
        return names + click.Command.shell_complete(self, ctx, incomplete)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="""\b
These options stand before or after the command. A variable gives an option, too:
RECONCILER_ENVIRONMENT is --environment, RECONCILER_PARALLELISM --parallelism.
""",
)
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.pass_context
def group(ctx: click.Context, /, **given: Any) -> None:
    """Plan and apply schema and mapping of Assets import sources from manifests in git."""
    take(ctx, **given)


add_before(group)
add_variables(group, "")
