"""The formats in which results are printed or written: `--format F` and `--output F=FILE`.

On GitHub Actions a report is also appended to the step's summary page.
"""

import io
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import click

from reconciler.app.files import write_atomically
from reconciler.app.repository import diagnostics_in, directory_in, files_in, plan_in, root_of
from reconciler.cli.settings import Settings
from reconciler.diagnostics import Diagnostic
from reconciler.errors import ReconcilerError
from reconciler.planning.plan import Plan
from reconciler.render.diagnostics import write_diagnostics, write_verdict
from reconciler.render.plan.text import write_plan_text
from reconciler.render.terminal import Screen

VARIABLE = "GITHUB_STEP_SUMMARY"


def append_step_summary(report: Callable[[], str], environ: Mapping[str, str]) -> None:
    """Append *report* to the summary of this step; do nothing outside of Actions.

    Raises ReconcilerError if the file cannot be written.
    """
    name = environ.get(VARIABLE)
    if not name:
        return
    text = report()
    try:
        with Path(name).open("a", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise ReconcilerError(f"{name} ({VARIABLE}) cannot be written: {error.strerror}") from error


F = TypeVar("F", bound=Callable[..., Any])
TEXT = "text"
_GITHUB = "github"

# GitHub's limit for a comment.
MARKDOWN_LIMIT = 65_536
_LEAST_LIMIT = 2_000
# GitHub's limit for a step is 1 MiB, and a character may be three bytes.
_SUMMARY_LIMIT = 300_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Validation:
    """The diagnostics of `validate`, and the files that it checked."""

    diagnostics: tuple[Diagnostic, ...]
    manifests: tuple[str, ...] = ()


def late(module: str, function: str, *given: Any, **options: Any) -> str:
    """Return the result of *function*, importing its module only now."""
    text: str = getattr(import_module(f"reconciler.render.{module}"), function)(*given, **options)
    return text


def _markdown(report: "PlanReport") -> str:
    return late(
        "markdown.plan",
        "plan_markdown",
        report.plan,
        directory=report.directory,
        limit=report.limit,
        whole=report.whole,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanReport:
    """A plan to show: Markdown of at most `limit` characters; `whole` is where all of it is.

    `directory` is the project's, relative to the repository's root.
    """

    plan: Plan
    limit: int = MARKDOWN_LIMIT
    whole: str | None = None
    directory: str = "."


_PLAN: Mapping[str, Callable[[PlanReport], str]] = {
    "json": lambda report: late("plan.text", "plan_json", report.plan),
    "markdown": _markdown,
    "html": lambda report: late("html.plan", "plan_html", report.plan),
    "sarif": lambda report: late("ci.sarif", "plan_sarif", report.plan),
    "junit": lambda report: late("ci.junit", "plan_junit", report.plan),
    _GITHUB: lambda report: late("ci.github", "plan_github", report.plan),
    "gitlab": lambda report: late("ci.gitlab", "plan_gitlab", report.plan),
}
_VALIDATION: Mapping[str, Callable[[Validation], str]] = {
    "json": lambda v: late("validation", "diagnostics_json", v.diagnostics, v.manifests),
    "sarif": lambda v: late("ci.sarif", "diagnostics_sarif", v.diagnostics),
    "junit": lambda v: late("ci.junit", "diagnostics_junit", v.diagnostics, v.manifests),
    _GITHUB: lambda v: late("ci.github", "diagnostics_github", v.diagnostics),
    "gitlab": lambda v: late("ci.gitlab", "diagnostics_gitlab", v.diagnostics),
}
PLAN_FORMATS = (TEXT, *_PLAN)
VALIDATION_FORMATS = (TEXT, *_VALIDATION)

# These name files relative to the working directory, all others relative to the repository.
_FROM_HERE = {TEXT, "json"}


class Output(click.ParamType[tuple[str, Path]]):
    """`F=FILE`: a report in format F, written to FILE."""

    name = "F=FILE"

    def __init__(self, formats: Sequence[str]) -> None:
        """Accept the *formats* for F."""
        self._formats = formats

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, Path]:
        """Return the format and the file."""
        if isinstance(value, tuple):
            return value
        kind, separator, file = str(value).partition("=")
        if not separator or not file or kind not in self._formats:
            formats = ", ".join(self._formats)
            self.fail(f'"{value}" is not F=FILE with F one of {formats}', param, ctx)
        return kind, Path(file)


def format_options(what: str, formats: Sequence[str]) -> Callable[[F], F]:
    """Return the decorator that adds `--format` and `--output` for *what*."""

    def add(command: F) -> F:
        command = click.option(
            "--output",
            "outputs",
            type=Output(formats),
            multiple=True,
            help=f"Write the {what} in format F to FILE as well. May repeat.",
        )(command)
        return click.option(
            "--format",
            "format_",
            type=click.Choice(tuple(formats)),
            default=TEXT,
            show_default=True,
            help=f"How the {what} is printed.",
        )(command)

    return add


def limit_option(command: F) -> F:
    """Add `--limit`."""
    return click.option(
        "--limit",
        type=click.IntRange(min=_LEAST_LIMIT),
        default=MARKDOWN_LIMIT,
        show_default=True,
        metavar="N",
        help="Cut Markdown to N characters, the least grave detail first.",
    )(command)


def print_plan(report: PlanReport, format_: str, settings: Settings) -> None:
    """Print a plan; as text print nothing if the manifests are in error, as there is no plan."""
    plan = report.plan
    if format_ != TEXT:
        settings.out.raw(_rendered_plan(report, format_, settings))
    elif plan.sources or not plan.errored:
        write_plan_text(plan, settings.out)
    if format_ == _GITHUB:
        summary = replace(report, limit=_SUMMARY_LIMIT)
        append_step_summary(lambda: _rendered_plan(summary, "markdown", settings), os.environ)


def write_outputs(
    report: PlanReport, outputs: Iterable[tuple[str, Path]], settings: Settings
) -> None:
    """Write each `--output`, even of a plan that failed (design.md#a-check-that-fails-open)."""
    for kind, path in outputs:
        write_atomically(path, _rendered_plan(report, kind, settings))


def print_validation(validation: Validation, format_: str, settings: Settings) -> None:
    """Print the diagnostics of `validate` in *format_*."""
    if format_ == TEXT:
        write_validation(validation, settings.out)
    else:
        settings.out.raw(_rendered_validation(validation, format_, settings))


def write_validation_outputs(
    validation: Validation, outputs: Iterable[tuple[str, Path]], settings: Settings
) -> None:
    """Write each `--output`, even if manifests are in error."""
    for kind, path in outputs:
        write_atomically(path, _rendered_validation(validation, kind, settings))


def _rendered_plan(report: PlanReport, kind: str, settings: Settings) -> str:
    if kind == TEXT:
        return written(lambda screen: _write_all(report.plan, screen))
    if kind not in _FROM_HERE:
        root = root_of(settings.started)
        report = replace(report, plan=plan_in(root, report.plan), directory=directory_in(root))
    return _PLAN[kind](report)


def _rendered_validation(validation: Validation, kind: str, settings: Settings) -> str:
    if kind == TEXT:
        return written(lambda screen: write_validation(validation, screen))
    root = root_of(settings.started)
    if kind not in _FROM_HERE:
        validation = Validation(
            diagnostics=diagnostics_in(root, validation.diagnostics),
            manifests=files_in(root, validation.manifests),
        )
    return _VALIDATION[kind](validation)


def _write_all(plan: Plan, screen: Screen) -> None:
    write_diagnostics(plan.diagnostics, screen)
    if plan.sources or not plan.errored:
        write_plan_text(plan, screen)


def write_validation(validation: Validation, screen: Screen) -> None:
    """Write *validation* for people."""
    write_diagnostics(validation.diagnostics, screen)
    write_verdict(validation.diagnostics, screen, len(validation.manifests))


def written(write: Callable[[Screen], None]) -> str:
    """Return what *write* writes, without colour."""
    buffer = io.StringIO()
    write(Screen(stream=buffer))
    return buffer.getvalue()
