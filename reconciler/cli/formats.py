"""The options `--format F` and `--output F=FILE`."""

import shlex
from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from reconciler.cli.completion import completes
from reconciler.cli.option_types import Count
from reconciler.render import limits
from reconciler.render.formats import Format, ReportKind

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_LEAST_LIMIT = 2_000
# How the name of a file ends that holds a report in a format.
BY_SUFFIX = {
    ".txt": Format.TEXT,
    ".json": Format.JSON,
    ".md": Format.MARKDOWN,
    ".html": Format.HTML,
    ".sarif": Format.SARIF,
    ".xml": Format.JUNIT,
    ".prom": Format.PROMETHEUS,
}

F = TypeVar("F", bound=Callable[..., Any])
R = TypeVar("R")
Outputs = tuple[tuple[Format, Path], ...]


class Output(click.ParamType[tuple[Format, Path]]):
    """`F=FILE`: a report in format F, written to FILE."""

    name = "F=FILE"

    def __init__(self, formats: Sequence[Format]) -> None:
        """Accept the *formats* for F."""
        self.formats = formats

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[Format, Path]:
        """Return the format and the file."""
        if isinstance(value, tuple):
            return value
        name, separator, file = str(value).partition("=")
        if not separator or not file or name not in self.formats:
            formats = ", ".join(self.formats)
            meant = self._meant(str(value), ctx)
            self.fail(f'"{value}" is not F=FILE with F one of {formats}{meant}', param, ctx)
        return Format(name), Path(file)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> "list[CompletionItem]":
        """Return the formats, after which the name of a file stands."""
        words = [f"{each}=" for each in self.formats]
        return completes("=", words=words)(ctx, param, incomplete)

    def _meant(self, file: str, ctx: click.Context | None) -> str:
        """Return the question whether *file* is to be the report that it looks like."""
        name, separator, rest = file.partition("=")
        if separator and rest and name.lower() in self.formats:
            return f"\n    did you mean --output {name.lower()}={shlex.quote(rest)}?"
        looks = BY_SUFFIX.get(Path(file).suffix.lower())
        if looks not in self.formats or separator:
            return ""
        saves = ctx is not None and any("-o" in each.opts for each in ctx.command.params)
        quoted = shlex.quote(file)
        plan = f"-o {quoted} to save the plan, or " if saves and looks is Format.JSON else ""
        return f"\n    did you mean {plan}--output {looks}={quoted}?"


def _paths(value: Any) -> Iterator[Path]:
    """Yield the paths in the *value* of a parameter, which may have several."""
    if isinstance(value, str | Path):
        yield Path(value)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _paths(each)


def format_option(kind: ReportKind[Any], shown: str) -> Callable[[F], F]:
    """Return the decorator that adds `--format`, with the help *shown*."""
    return click.option(
        "--format",
        "format_",
        type=click.Choice([each.value for each in kind.formats]),
        default=Format.TEXT.value,
        show_default=True,
        callback=lambda _context, _parameter, value: Format(value),
        help=shown,
    )


def report_options(
    what: str,
    kind: ReportKind[Any],
    *,
    shown: str | None = None,
    also: str = "",
    reads: Sequence[str] = (),
) -> Callable[[F], F]:
    """Return the decorator that adds `--format` and `--output` for *what*, as `reports`.

    *shown* is the help of `--format` if it prints no report; *also* says in which other case
    one is written. *reads* are the parameters that name files which the command reads. Before
    it starts, WrongUsage is raised for an output that would replace what has to stay.
    """

    def add(command: F) -> F:
        @wraps(command)
        def wrapped(format_: Format, outputs: Outputs, **options: Any) -> Any:
            # What `--help` does not need.
            from reconciler.app.output_files import check_overwriting  # noqa: PLC0415
            from reconciler.cli.reports import Reports  # noqa: PLC0415

            reports = Reports(kind=kind, format_=format_, outputs=outputs)
            written = [path for _, path in outputs] + [*_paths(options.get("save"))]
            check_overwriting(written, reads=_paths([options[name] for name in reads]))
            return command(reports=reports, **options)

        with_output = click.option(
            "--output",
            "outputs",
            type=Output(kind.formats),
            multiple=True,
            help=f"Write the {what} in format F to FILE as well{also}. May repeat.",
        )(wrapped)
        return cast(F, format_option(kind, shown or f"How the {what} is printed.")(with_output))

    return add


def limit_option(command: F) -> F:
    """Add `--limit`."""
    return click.option(
        "--limit",
        type=Count(_LEAST_LIMIT),
        default=limits.MARKDOWN,
        show_default=True,
        metavar="N",
        help="Cut Markdown to N characters, the least important first.",
    )(command)


def all_option(shown: str) -> Callable[[F], F]:
    """Return the decorator that adds `--all`, which lists what text folds: *shown*."""
    return click.option("--all", "lists_all", is_flag=True, help=f"List {shown} in text as well.")
