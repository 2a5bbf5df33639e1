"""`completion`: print the script that makes a shell complete our commands and options."""

import click

from reconciler.cli.completion import NAME, SHELLS, script
from reconciler.cli.settings import Settings

_HOW = f"""\b
bash        eval "$({NAME} completion bash)"       in ~/.bashrc
zsh         eval "$({NAME} completion zsh)"        in ~/.zshrc, after compinit
fish        {NAME} completion fish | source        in config.fish
powershell  {NAME} completion powershell | Out-String | Invoke-Expression
"""


@click.command(epilog=_HOW)
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, *, shell: str) -> int:
    """Print the completion script of SHELL: commands, options, and the names of your project."""
    ctx.ensure_object(Settings).out.raw(script(shell, ctx.find_root().command) + "\n")
    return 0
