"""`completion`: print the script that makes a shell complete our commands and options."""

import click
from click.shell_completion import get_completion_class

from reconciler.cli.settings import Settings

_NAME = "reconciler"
_VARIABLE = "_RECONCILER_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
@click.pass_context
def completion(ctx: click.Context, *, shell: str) -> int:
    """Print the completion script of SHELL. For bash: eval "$(reconciler completion bash)"."""
    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - the choices above are those that click has
    script = kind(ctx.find_root().command, {}, _NAME, _VARIABLE).source()
    ctx.ensure_object(Settings).out.raw(script + "\n")
    return 0
