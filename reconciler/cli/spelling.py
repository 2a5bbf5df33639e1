"""Options in another program's spelling: `-out=plan.json`, `-auto-approve`, `--json`.

click reads a single dash as one-letter options, so `-out=plan.json` would save to
`ut=plan.json`. A word that names, or nearly names, an option is refused with the right
spelling; so is what Terraform calls by another name.
"""

import shlex
from collections.abc import Mapping, Sequence

import click

from reconciler.manifest.wording import nearest

# Terraform's word → the option that a command must have for the advice, and the advice.
_TERRAFORM = {
    "out": ("-o", "-o {value}"),
    "json": ("--format", "--format json"),
    "target": (None, "{path} {value}"),
    "var": (None, "${{NAME}} in reconciler.yaml, read from the environment"),
    "refresh-only": (None, "reconciler drift"),
}
_LETTER = 2  # a dash and one letter
_LEAST_PREFIX = 2
_CUTOFF = 0.8


def check_spelling(command: click.Command, ctx: click.Context, arguments: Sequence[str]) -> None:
    """Raise click.UsageError for the first of *arguments* that is a misspelt option of *command*.

    What click refuses by itself, with good advice, is left to it.
    """
    options = _options(command, ctx)
    at = 0
    while at < len(arguments):
        given, following = arguments[at], arguments[at + 1 : at + 2]
        at += 1
        if given == "--" or (given[:1] != "-" and not ctx.allow_interspersed_args):
            return
        name, is_attached, value = given.partition("=")
        if given[:1] != "-" or given == "-":
            continue
        if (known := options.get(name)) is None:
            advice = _advice(name, value or next(iter(following), "…"), options, ctx)
        elif len(name) == _LETTER and is_attached:
            advice = _spelled(name, known, value)
        else:
            at += _takes_value(known) and not is_attached
            continue
        if advice is not None:
            wrong = "is not an option" if known is None else "takes its value without ="
            raise click.UsageError(f"{name} {wrong}\n    did you mean {advice}?", ctx)


def _advice(
    name: str, value: str, options: Mapping[str, click.Option], ctx: click.Context
) -> str | None:
    word = name.lstrip("-")
    if (known := options.get(f"--{word}")) is not None:
        return _spelled(f"--{word}", known, value)
    root = ctx.find_root()
    above = {} if root is ctx else _options(root.command, root)
    if (known := above.get(f"--{word}")) is not None:
        program, _, path = ctx.command_path.partition(" ")
        return f"{program} {_spelled(f'--{word}', known, value)} {path}"
    needed, advice = _TERRAFORM.get(word, ("", ""))
    if advice and (needed is None or needed in options):
        return advice.format(value=shlex.quote(value), path=ctx.command_path)
    if name.startswith("--") or len(name) == _LETTER:
        return None  # click knows what is near
    near = _near(word, [each[2:] for each in options if each.startswith("--")])
    return None if near is None else _spelled(f"--{near}", options[f"--{near}"], value)


def _near(word: str, names: Sequence[str]) -> str | None:
    begun = [name for name in names if name.startswith(word) and len(word) >= _LEAST_PREFIX]
    return next(iter(begun or nearest(word, names, cutoff=_CUTOFF)), None)


def _spelled(name: str, option: click.Option, value: str) -> str:
    if not _takes_value(option):
        return name
    # The URL of a webhook is a secret.
    return f"{name} {'URL' if '://' in value else shlex.quote(value)}"


def _takes_value(option: click.Option) -> bool:
    return not option.is_flag and not option.count


def _options(command: click.Command, ctx: click.Context) -> dict[str, click.Option]:
    return {
        name: each
        for each in command.get_params(ctx)
        if isinstance(each, click.Option)
        for name in (*each.opts, *each.secondary_opts)
    }
