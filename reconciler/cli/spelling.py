"""Options in another program's spelling: `-out=plan.json`, `-auto-approve`, `--json`.

click reads a single dash as one-letter options, so `-out=plan.json` would save to
`ut=plan.json`. A word that names, or nearly names, an option is refused with the right
spelling; so is what Terraform calls by another name.
"""

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence

import click

# Terraform's word → the option that a command must have for an advice, and the advice.
_TERRAFORM: Mapping[str, Sequence[tuple[str | None, str]]] = {
    "out": [("-o", "-o {value}"), ("--save", "--save {value}")],
    "f": [("--format", "--format {value}")],
    "json": [("--format", "--format json")],
    "target": [(None, "{path} {value}")],
    "var": [(None, "${{NAME}} in reconciler.yaml, read from the environment")],
    "refresh-only": [(None, "reconciler drift")],
    "auto-approve": [(None, "reconciler apply --auto-approve")],
    "lock": [(None, "{path} without it: locks are taken where they are needed")],
    "lock-timeout": [(None, "{path} without it: the option is that of apply")],
    "refresh": [(None, "{path} without it: live is always read")],
    "input": [
        ("--auto-approve", "--auto-approve"),
        (None, "{path} without it: where there is no terminal nobody is asked"),
    ],
}
_TERRAFORM_COMMANDS: Mapping[str, str] = {
    "import": "pull",
    "refresh": "drift",
    "state": "status",
    "workspace": "--environment ENV",
}
_SHOWN_BY = ("o", "out", "output")  # what kubectl and others call --format
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
            value = value or next(iter(following), "…")
            advice = next(_advices(name, value, options, ctx), None)
            wrong = "is not an option"
            if advice is None and name[:2] != "--" and name[:_LETTER] not in options:
                # click would speak of its first letter.
                raise click.NoSuchOption(name, ctx=ctx)
        elif len(name) == _LETTER and is_attached:
            advice, wrong = _spelled(name, known, value, ctx), "takes its value without ="
        else:
            if _takes_value(known) and not is_attached:
                value = next(iter(following), "")
                at += 1
            advice, wrong = _chosen(name, known, value)
        if advice is not None:
            raise click.UsageError(f"{name} {wrong}\n    did you mean {advice}?", ctx)


def check_command(name: str, commands: Sequence[str], ctx: click.Context) -> None:
    """Raise click.UsageError if *name* is none of *commands*, with what was probably meant."""
    if name in commands or name[:1] == "-":
        return
    from reconciler.manifest.wording import nearest  # noqa: PLC0415 - most are spelled right

    near = next(iter(nearest(name, commands)), None)
    meant = near or (_TERRAFORM_COMMANDS.get(name) if ctx.parent is None else None)
    advice = f"\n    did you mean {ctx.command_path} {meant}?" if meant else ""
    raise click.UsageError(f"No such command {name!r}.{advice}", ctx)


def _advices(
    name: str, value: str, options: Mapping[str, click.Option], ctx: click.Context
) -> Iterator[str]:
    """Yield what *name* may be meant as, the likeliest first."""
    word = name.lstrip("-")
    if (known := options.get(f"--{word}")) is not None:
        yield _spelled(f"--{word}", known, value, ctx)
    chosen = options.get("--format")
    if word in _SHOWN_BY and chosen and value in getattr(chosen.type, "choices", ()):
        yield f"--format {value}"
    for needed, advice in _TERRAFORM.get(word, ()):
        if needed is None or needed in options:
            yield advice.format(value=shlex.quote(value), path=ctx.command_path)
    if name.startswith("--") or len(name) == _LETTER:
        return  # click knows what is near
    if (near := _near(word, options)) is not None:
        yield _spelled(near, options[near], value, ctx)


def _near(word: str, options: Iterable[str]) -> str | None:
    from reconciler.manifest.wording import nearest  # noqa: PLC0415 - as above

    names = [each[2:] for each in options if each.startswith("--")]
    begun = [name for name in names if name.startswith(word) and len(word) >= _LEAST_PREFIX]
    found = next(iter(begun or nearest(word, names, cutoff=_CUTOFF)), None)
    return None if found is None else f"--{found}"


def _chosen(name: str, option: click.Option, value: str) -> tuple[str | None, str]:
    """Return *option* with the choice that *value* is but for its case, and what is wrong."""
    kind = option.type
    if not isinstance(kind, click.Choice) or not kind.case_sensitive or value in kind.choices:
        return None, ""
    meant = next((each for each in kind.choices if each == value.lower()), None)
    if meant is None:
        return None, ""
    from reconciler.manifest.wording import quote  # noqa: PLC0415 - most are spelled right

    return f"{name} {meant}", f"has no value {quote(value)}"


def _spelled(name: str, option: click.Option, value: str, ctx: click.Context) -> str:
    if not _takes_value(option):
        return name
    # The URL of a webhook is a secret.
    return f"{name} {'URL' if '://' in value else _taken(option, value, ctx)}"


def _taken(option: click.Option, value: str, ctx: click.Context) -> str:
    """Return *value* quoted if *option* takes it, else the word for what it takes."""
    try:
        if not isinstance(option.type, click.Path):  # what is not there says so by itself
            option.type.convert(value, option, ctx)
    except click.BadParameter:
        return option.make_metavar(ctx)
    return shlex.quote(value)


def _takes_value(option: click.Option) -> bool:
    return not option.is_flag and not option.count


def _options(command: click.Command, ctx: click.Context) -> dict[str, click.Option]:
    return {
        name: each
        for each in command.get_params(ctx)
        if isinstance(each, click.Option)
        for name in (*each.opts, *each.secondary_opts)
    }
