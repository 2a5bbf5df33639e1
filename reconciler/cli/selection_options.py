"""The options that select sources, for every command that takes some of them."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.completion import completes
from reconciler.cli.option_types import TextType

if TYPE_CHECKING:
    from reconciler.app.selection import Label

sources_argument = click.argument(
    "sources", nargs=-1, metavar="[SOURCE | GLOB]...", shell_complete=completes("sources")
)


def _label(text: str) -> "Label":
    from reconciler.app.selection import Label  # noqa: PLC0415 - `--help` selects nothing

    try:
        return Label.of(text)
    except ValueError:
        raise ValueError(f'"{text}" is not KEY=VALUE or KEY') from None


def selection_options(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options; *command* receives them, and its `sources`, as one value, `selection`."""

    @wraps(command)
    def wrapped(
        *,
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
        return command(selection=selection, **options)

    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


_OPTIONS = (
    click.option(
        "--label",
        "selected_labels",
        type=TextType("KEY[=VALUE]", _label),
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
