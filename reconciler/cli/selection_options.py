"""The options that select sources, for every command that takes some of them."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.completion import completes

if TYPE_CHECKING:
    from reconciler.app.selection import Label

sources_argument = click.argument(
    "sources", nargs=-1, metavar="[SOURCE | GLOB]...", shell_complete=completes("sources")
)


class _LabelParam(click.ParamType["Label"]):
    """`key=value` or `key`."""

    name = "KEY[=VALUE]"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> "Label":
        """Return the label."""
        from reconciler.app.selection import Label  # noqa: PLC0415 - `--help` selects nothing

        if isinstance(value, Label):
            return value
        try:
            return Label.of(str(value))
        except ValueError:
            self.fail(f'"{value}" is not KEY=VALUE or KEY', param, ctx)


def selection_options(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options; *command* receives them, and its `sources`, as one value, `selection`."""

    @wraps(command)
    def wrapped(
        *arguments: Any,
        sources: tuple[str, ...],
        selected_labels: "tuple[Label, ...]",
        exclude: tuple[str, ...],
        changed_since: str | None,
        **options: Any,
    ) -> int:
        from reconciler.app.selection import Selection  # noqa: PLC0415 - as above

        selection = Selection(
            names=sources, labels=selected_labels, exclude=exclude, changed_since=changed_since
        )
        return command(*arguments, selection=selection, **options)

    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


_OPTIONS = (
    click.option(
        "--label",
        "selected_labels",
        type=_LabelParam(),
        shell_complete=completes("labels"),
        multiple=True,
        help="Only sources whose manifest has this label. May repeat: all must hold.",
    ),
    click.option(
        "--exclude",
        multiple=True,
        metavar="SOURCE",
        shell_complete=completes("sources"),
        help="Leave out the sources of this name or glob. May repeat.",
    ),
    click.option(
        "--changed-since",
        metavar="REF",
        help="Only sources whose document differs from the git commit REF's, new ones included.",
    ),
)
