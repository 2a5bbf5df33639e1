"""The options `--format F` and `--output F=FILE`, and the reports that they request.

On GitHub Actions a report is also appended to the step's summary page.
"""

import os
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

import click

from reconciler.app.files import append, check_output, replace_atomically, write_atomically
from reconciler.app.output_files import check_overwriting
from reconciler.app.repository import names_from_root
from reconciler.cli.failures import FAILURES
from reconciler.cli.number_types import Count
from reconciler.cli.settings import Settings
from reconciler.errors import ManifestError, ReconcilerError
from reconciler.manifest.text.file import read_text
from reconciler.render.formats import Format, ReportKind, rendered
from reconciler.render.report import MARKDOWN_LIMIT

_SUMMARY = "GITHUB_STEP_SUMMARY"
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Reports(Generic[R]):
    """The reports requested by `--format` and `--output`."""

    kind: ReportKind[R]
    format_: Format
    outputs: Outputs

    def check(self) -> None:
        """Raise what `show` would raise for files that cannot be written."""
        _raise_all(self._failures(lambda _, path: check_output(path)))

    def show(self, report: R, settings: Settings) -> None:
        """Print *report* and write it, even a failed one (design.md#a-check-that-fails-open).

        Raises ReconcilerError if a file cannot be written, an ExceptionGroup if there are several.
        """
        print_report(self.kind, report, self.format_, settings)
        _raise_all(self.unwritten(report, settings))

    def tell_failure(self, report: R, error: Exception, settings: Settings) -> None:
        """Print and write the *report* of *error*, which is raised afterwards.

        In text format it is reported on standard error, as every error is.
        """
        if self.format_ is not Format.TEXT:
            print_report(self.kind, report, self.format_, settings)
        try:
            _raise_all(self.unwritten(report, settings))
        except FAILURES as second:
            if self.kind.outputs_apart:
                raise ExceptionGroup("a run and its reports", [error, second]) from None
            raise

    def unwritten(self, report: R, settings: Settings) -> list[ReconcilerError]:
        """Write *report* for each `--output`; return the errors of those that failed."""
        return self._failures(
            lambda format_, path: _write(self.kind, report, format_, path, settings)
        )

    def _failures(self, work: Callable[[Format, Path], None]) -> list[ReconcilerError]:
        failed: list[ReconcilerError] = []
        for format_, path in self.outputs:
            try:
                work(format_, path)
            except ReconcilerError as error:
                failed.append(error)
                if not self.kind.outputs_apart:
                    break
        return failed


def _paths(value: Any) -> Iterator[Path]:
    """Yield the paths in the *value* of a parameter, which may have several."""
    if isinstance(value, str | Path):
        yield Path(value)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _paths(each)


def _raise_all(failed: list[ReconcilerError]) -> None:
    if len(failed) == 1:
        raise failed[0]
    if failed:
        raise ExceptionGroup("reports that could not be written", failed)


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
        def wrapped(*arguments: Any, format_: Format, outputs: Outputs, **options: Any) -> Any:
            reports = Reports(kind=kind, format_=format_, outputs=outputs)
            written = [path for _, path in outputs] + [*_paths(options.get("save"))]
            check_overwriting(written, reads=_paths([options[name] for name in reads]))
            return command(*arguments, reports=reports, **options)

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
        default=MARKDOWN_LIMIT,
        show_default=True,
        metavar="N",
        help="Cut Markdown to N characters, the least important first.",
    )(command)


def print_report(kind: ReportKind[R], report: R, format_: Format, settings: Settings) -> None:
    """Print *report* in *format_*, and append its short form to the step's summary."""
    if format_ is Format.TEXT:
        kind.text(report, settings.out)
        return
    settings.out.raw(_rendered(kind, report, format_, settings))
    summary = kind.rows[format_].summary
    if summary is not None:
        short = summary(report)
        append_step_summary(lambda: _rendered(kind, short, Format.MARKDOWN, settings), os.environ)


def append_step_summary(report: Callable[[], str], environ: Mapping[str, str]) -> None:
    """Append *report* to the summary of this step; do nothing outside of Actions.

    Raises ReconcilerError if the file cannot be written.
    """
    name = environ.get(_SUMMARY)
    if not name:
        return
    append(Path(name), report())


def _rendered(kind: ReportKind[R], report: R, format_: Format, settings: Settings) -> str:
    return rendered(kind, report, format_, names_from_root(settings.started))


def _write(kind: ReportKind[R], report: R, format_: Format, path: Path, settings: Settings) -> None:
    over = kind.rows[format_].over if format_ in kind.rows else None
    if over is None:
        write_atomically(path, _rendered(kind, report, format_, settings))
    else:
        # The program that reads the file runs as another user.
        replace_atomically(path, over(report, _text_of(path)))


def _text_of(path: Path) -> str:
    """Return the content of *path*, nothing if it cannot be read."""
    try:
        return read_text(path, file=str(path))
    except ManifestError:
        return ""
