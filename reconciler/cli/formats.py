"""The formats in which a plan is printed or written: `--format F` and `--output F=FILE`."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from reconciler.cli.atomic_file import write_atomically
from reconciler.planning.plan import Plan
from reconciler.render.diagnostics_text import write_diagnostics
from reconciler.render.plan_json import plan_json
from reconciler.render.plan_text import write_plan_text
from reconciler.render.terminal import Screen

F = TypeVar("F", bound=Callable[..., Any])
FORMATS = ("text", "json")


class Output(click.ParamType[tuple[str, Path]]):
    """`F=FILE`: a report in format F, written to FILE."""

    name = "F=FILE"

    def __init__(self, formats: Sequence[str] = FORMATS) -> None:
        """Take F of *formats*."""
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


def format_options(command: F) -> F:
    """Add `--format` and `--output`."""
    command = click.option(
        "--output",
        "outputs",
        type=Output(),
        multiple=True,
        help="Write the plan in format F to FILE as well. May repeat.",
    )(command)
    return click.option(
        "--format",
        "format_",
        type=click.Choice(FORMATS),
        default="text",
        show_default=True,
        help="How the plan is printed.",
    )(command)


def print_plan(plan: Plan, format_: str, out: Screen) -> None:
    """Print *plan*; as text nothing for one whose manifests are in error, for there is nothing."""
    if format_ == "json":
        out.raw(plan_json(plan))
    elif plan.sources or not plan.errored:
        write_plan_text(plan, out)


def write_outputs(plan: Plan, outputs: tuple[tuple[str, Path], ...]) -> None:
    """Write each `--output`, also of a plan that failed (design.md section 8, trap 4)."""
    for kind, path in outputs:
        write_atomically(path, plan_json(plan) if kind == "json" else _text(plan))


def _text(plan: Plan) -> str:
    buffer = io.StringIO()
    screen = Screen(stream=buffer)
    write_diagnostics(plan.diagnostics, screen)
    if plan.sources or not plan.errored:
        write_plan_text(plan, screen)
    return buffer.getvalue()
