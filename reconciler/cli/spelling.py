"""Options in another program's spelling: `-out=plan.json`, `--yes`, `--json`.

click reads a single dash as one-letter options, so `-out=plan.json` would save to
`ut=plan.json`, and names what looks like an unknown option, whatever it does. Here each is
refused with the right spelling, or with what does here what it does elsewhere.
"""

import shlex
from collections.abc import Iterator, Mapping, Sequence

import click

Advices = Sequence[tuple[str, str]]

_SOURCE = "SOURCE"
_LEAVE = "leave it out: "
_APPROVES: Advices = (
    ("--auto-approve", "--auto-approve"),
    ("--yes", "--yes"),
    ("--i-know-this-writes", "--i-know-this-writes"),
    ("unlock", "--force"),
)
_ONLY_READS = ("plan", "drift", "validate", "preview", "merge", "status")
_TRIES: Advices = (
    ("--dry-run", "--dry-run"),
    ("apply", "reconciler plan"),
    ("fmt", "--diff"),
    ("run", "reconciler preview"),
    *((name, f"{_LEAVE}{name} sends nothing") for name in _ONLY_READS),
)
_SELECTS: Advices = ((_SOURCE, "{path} {value}"),)
_VARIABLE: Advices = (("", "${{NAME}} in reconciler.yaml, read from the environment"),)
_LOGS: Advices = (("", "--log-level debug"),)
_DELETES = "no command destroys: a plan deletes what policy.schema.delete lets it"
# Another program's word → where an advice holds, and the advice, the likeliest first. It holds for
# commands that have an option, for the command of a name, for those that take sources, or for all.
_OPTIONS: Mapping[str, Advices] = {
    "auto-approve": (*_APPROVES, ("", "reconciler apply --auto-approve")),
    "compact-warnings": (("", f"{_LEAVE}warnings of one code are folded"),),
    "debug": _LOGS,
    "destroy": (("", _DELETES),),
    "dry-run": _TRIES,
    "f": (("unlock", "--force"), *_SELECTS),
    "input": (_APPROVES[0], ("", f"{_LEAVE}where there is no terminal nobody is asked")),
    "json": (("--format", "--format json"),),
    "lock": (("", f"{_LEAVE}locks are taken where they are needed"),),
    "lock-timeout": (("", f"{_LEAVE}the option is that of apply"),),
    "n": _TRIES,
    "no-input": (_APPROVES[0], ("", f"{_LEAVE}where there is no terminal nobody is asked")),
    "out": (("-o", "-o {value}"), ("--save", "--save {value}")),
    "refresh": (("", f"{_LEAVE}live is always read"),),
    "refresh-only": (("", "reconciler drift"),),
    "source": _SELECTS,
    "target": _SELECTS,
    "v": (("--version", "--version"), *_LOGS),
    "var": _VARIABLE,
    "var-file": _VARIABLE,
    "verbose": _LOGS,
    "y": _APPROVES,
    "yes": _APPROVES,
}
_COMMANDS: Mapping[str, str] = {
    "check": "validate",
    "deploy": "apply",
    "destroy": _DELETES,
    "diff": "plan",
    "force-unlock": "unlock",
    "format": "fmt",
    "help": "--help",
    "import": "pull",
    "lint": "validate",
    "log": "history",
    "refresh": "drift",
    "state": "status",
    "test": "validate",
    "version": "--version",
    "workspace": "--environment ENV",
}
_CHOICES = {"embedded": "local"}  # the word of the project file
_SHOWN_BY = ("f", "o", "out", "output")  # what kubectl and others call --format
_LETTER = 2  # a dash and one letter
_LEAST_PREFIX = 2
_CUTOFF = 0.8


def check_spelling(command: click.Command, ctx: click.Context, arguments: Sequence[str]) -> None:
    """Raise click.UsageError for the first of *arguments* that *command* does not take as written.

    What an option does not take is left to click, unless it has another choice's case.
    """
    options = _options(command, ctx)
    at = 0
    while at < len(arguments):
        given = arguments[at]
        following = next((each for each in arguments[at + 1 : at + 2] if each[:1] != "-"), None)
        at += 1
        if given == "--" or (given[:1] != "-" and not ctx.allow_interspersed_args):
            return
        name, is_attached, attached = given.partition("=")
        value = attached if is_attached else following
        if given[:1] != "-" or given == "-":
            _check_argument(given, options, arguments, ctx)
            continue
        if (known := options.get(name)) is None:
            advice, wrong = next(_advices(name, value, options, ctx), None), "is not an option"
            if advice is None and name[:2] != "--" and name[:_LETTER] in options:
                continue  # a letter with its value
        elif len(name) == _LETTER and is_attached:
            advice, wrong = _spelled(name, known, value, ctx), "takes its value without ="
        else:
            if _takes_value(known) and not is_attached:
                value = next(iter(arguments[at : at + 1]), None)
                at += 1
            advice, wrong = _chosen(name, known, value or "")
            if advice is None:
                continue
        raise click.UsageError(f"{name} {wrong}{_asked(advice)}", ctx)


def _check_argument(
    given: str, options: Mapping[str, click.Option], arguments: Sequence[str], ctx: click.Context
) -> None:
    """Raise click.UsageError for a file beside a command that takes it with --from."""
    takes_none = not any(isinstance(each, click.Argument) for each in ctx.command.params)
    if takes_none and "--from" in options and "--from" not in arguments:
        advice = _asked(f"--from {shlex.quote(given)}")
        raise click.UsageError(f"{ctx.info_name} takes no argument{advice}", ctx)


def check_command(words: Sequence[str], commands: Sequence[str], ctx: click.Context) -> None:
    """Raise click.UsageError if *words* begin with none of *commands*, with what was meant."""
    name, *rest = words
    if name in commands or name[:1] == "-":
        return
    from reconciler.manifest.wording import nearest  # noqa: PLC0415 - most are spelled right

    meant = _COMMANDS.get(name) if ctx.parent is None else None
    meant = meant or next(iter(nearest(name, commands)), None)
    if name == "help" and rest[:1] and rest[0] in commands:
        meant = f"{rest[0]} --help"
    if meant not in {None, _DELETES}:
        meant = f"{ctx.command_path} {meant}"
    raise click.UsageError(f"No such command {name!r}.{_asked(meant)}", ctx)


def _asked(advice: str | None) -> str:
    """Return the line of *advice*, below the sentence about what is wrong."""
    if advice is None:
        return ""
    said = advice if advice.startswith((_LEAVE, _DELETES)) else f"did you mean {advice}?"
    return f"\n    {said}"


def _advices(
    name: str, value: str | None, options: Mapping[str, click.Option], ctx: click.Context
) -> Iterator[str]:
    """Yield what *name* may be meant as, the likeliest first."""
    word = name.lstrip("-")
    if (known := options.get(f"--{word}")) is not None:
        yield _spelled(f"--{word}", known, value, ctx)
    chosen = options.get("--format")
    if word in _SHOWN_BY and chosen and value in getattr(chosen.type, "choices", ()):
        yield f"--format {value}"
    held = {"", ctx.info_name, *options}
    if any(
        isinstance(each, click.Argument) and each.name == "sources" for each in ctx.command.params
    ):
        held.add(_SOURCE)
    for where, advice in _OPTIONS.get(word.lower(), ()):
        taken = where in options and value is None and options[where].make_metavar(ctx)
        if where in held and (value is not None or taken or "{value}" not in advice):
            yield advice.format(value=taken or shlex.quote(value or ""), path=ctx.command_path)
    if len(name) > _LETTER and (near := _near(word, options)) is not None:
        yield _spelled(near, options[near], value, ctx)


def _near(word: str, options: Mapping[str, click.Option]) -> str | None:
    from reconciler.manifest.wording import nearest  # noqa: PLC0415 - as above

    names = [name[2:] for name in options if name.startswith("--")]
    begun = [name for name in names if name.startswith(word) and len(word) >= _LEAST_PREFIX]
    found = next(iter(begun or nearest(word, names, cutoff=_CUTOFF)), None)
    return None if found is None else f"--{found}"


def _chosen(name: str, option: click.Option, value: str) -> tuple[str | None, str]:
    """Return *option* with the choice that *value* is but for its case, and what is wrong."""
    kind = option.type
    if not isinstance(kind, click.Choice) or not kind.case_sensitive or value in kind.choices:
        return None, ""
    word = _CHOICES.get(value.lower(), value.lower())
    meant = next((each for each in kind.choices if each == word), None)
    if meant is None:
        return None, ""
    from reconciler.manifest.wording import quote  # noqa: PLC0415 - most are spelled right

    return f"{name} {meant}", f"has no value {quote(value)}"


def _spelled(name: str, option: click.Option, value: str | None, ctx: click.Context) -> str:
    if not _takes_value(option):
        return name
    # The URL of a webhook is a secret.
    return f"{name} {'URL' if '://' in (value or '') else _taken(option, value, ctx)}"


def _taken(option: click.Option, value: str | None, ctx: click.Context) -> str:
    """Return *value* quoted if *option* takes it, else the word for what it takes."""
    if value is None:
        return option.make_metavar(ctx)
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
