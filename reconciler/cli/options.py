"""The options that several commands share, and the types of their values."""

import shlex
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from reconciler.cli.choices import DATA_FORMATS, RISKS
from reconciler.cli.formats import BY_SUFFIX, Output
from reconciler.cli.option_types import MOST_LANES, Count, Quantity, TextType
from reconciler.regex import regex
from reconciler.render.formats import Format

_NUMBER = regex(r"[0-9]{1,15}")
_SHA256 = regex(r"(?:sha256:)?([0-9a-f]{64})")
# As text shows it, with some more or fewer digits.
_SHORTENED = regex(r"(?:sha256:)?[0-9a-f]{6,63}")

data_format_option = click.option(
    "--data-format",
    type=click.Choice(DATA_FORMATS),
    help="Format of DATA; by default from the file's extension, else from its first bytes.",
)
parallelism_option = click.option(
    "--parallelism",
    type=Count(1, MOST_LANES),
    default=10,
    show_default=True,
    metavar="N",
    help="At most N sources at once.",
)
strict_option = click.option("--strict", is_flag=True, help="Treat warnings as errors: exit 1.")


def source_data(text: str) -> tuple[str, Path]:
    """Return the source and the file of `SOURCE=FILE`. Raises ValueError."""
    source, separator, file = text.partition("=")
    if not separator or not source or not file:
        raise ValueError(f'"{text}" is not SOURCE=FILE')
    return source, Path(file)


class PlanFile(click.ParamType[Path]):
    """The file to save a plan to: standard output has the report."""

    name = "PLAN"
    shell_complete = click.Path().shell_complete

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return the file."""
        if str(value) in {"", "-"}:
            self.fail(f'a plan is saved to a file, and "{value}" is none', param, ctx)
        types = [each.type for each in ctx.command.params] if ctx else []
        formats = {
            format_ for each in types if isinstance(each, Output) for format_ in each.formats
        }
        if str(value) in formats:
            self.fail(
                f'"{value}" is a format, and this the file of a plan\n'
                f"    did you mean --format {value}?",
                param,
                ctx,
            )
        name, separator, _ = str(value).partition("=")
        looks = BY_SUFFIX.get(Path(value).suffix.lower())
        report = None
        if separator and name in formats:
            report = str(value)
        elif looks is not Format.JSON and looks in formats:
            report = f"{looks}={value}"
        if report is not None:
            self.fail(
                f'"{value}" is named as a report, and a plan is JSON\n'
                f"    did you mean --output {shlex.quote(report)}?",
                param,
                ctx,
            )
        return Path(value)


def _digest(text: str) -> str:
    """Return a complete digest as plans have it; not even a variable's empty value is another."""
    found = _SHA256.fullmatch(text)
    if found is None:
        shown = "; text shows the first 12 of them, JSON, the comment and HTML show all"
        told = shown if _SHORTENED.fullmatch(text) else ""
        raise ValueError(f'"{text}" is not a digest: sha256: and 64 hex digits{told}')
    return f"sha256:{found[1]}"


def _loss(text: str) -> tuple[str, int]:
    """Return the address, which may hold a `=`, and how much may be lost with what is there."""
    from reconciler.model.address import Address  # noqa: PLC0415 - `--help` parses none

    where, _, number = text.rpartition("=")
    address = Address.parse(where)
    if not address.above or address.element != address or not _NUMBER.fullmatch(number):
        raise ValueError(
            f'"{text}" is not ADDRESS=COUNT: the address of a deletion as the plan has it, '
            "and how much is lost with it"
        )
    return where, int(number)


def _losses(
    ctx: click.Context, param: click.Parameter, given: tuple[tuple[str, int], ...]
) -> dict[str, int]:
    """Return the numbers by address, each given once."""
    losses: dict[str, int] = {}
    for address, number in given:
        if losses.setdefault(address, number) != number:
            raise click.BadParameter(f"two numbers for {address}", ctx=ctx, param=param)
    return losses


def plan_settings(command: Callable[..., int]) -> Callable[..., int]:
    """Add the shared options; *command* receives them as one value, `how`."""

    @wraps(command)
    def wrapped(**options: Any) -> int:
        # `--help` plans nothing.
        from reconciler.app.plan_options import PlanSettings  # noqa: PLC0415
        from reconciler.value import field_names  # noqa: PLC0415

        how = PlanSettings(**{name: options.pop(name) for name in field_names(PlanSettings)})
        return command(how=how, **options)

    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


_OPTIONS = (
    parallelism_option,
    click.option(
        "--allow-residual",
        is_flag=True,
        help="Send the rest where something is impossible, and leave that open.",
    ),
    click.option(
        "--accept-loss",
        type=TextType("ADDRESS=COUNT", _loss),
        multiple=True,
        callback=_losses,
        help="Delete what is at ADDRESS though exactly COUNT objects, values or references are "
        "lost with it. May repeat.",
    ),
    click.option(
        "--resend-write-only",
        is_flag=True,
        help="Send what live does not show (icons, statuses) as well.",
    ),
    click.option(
        "--max-changes",
        type=Count(0),
        metavar="N",
        help="Block where more than N changes would be sent, whatever policy says.",
    ),
    click.option(
        "--max-change-percent",
        type=Quantity(),
        metavar="P",
        help="Block where more than P % of live's elements would change.",
    ),
    click.option(
        "--max-risk",
        type=click.Choice(RISKS),
        help="Block changes that put data at more risk.",
    ),
    click.option(
        "--expect-digest",
        type=TextType("SHA", _digest),
        help="Refuse any plan but the one with this digest.",
    ),
)
