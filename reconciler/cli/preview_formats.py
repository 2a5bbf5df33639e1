"""The formats of `preview`: the same names and options as those of `plan`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from reconciler.app.files import write_atomically
from reconciler.app.repository import diagnostics_in, file_in, root_of
from reconciler.cli.formats import MARKDOWN_LIMIT, TEXT, late
from reconciler.cli.settings import Settings
from reconciler.outcome.command_results import Previewed
from reconciler.render.preview.text import preview_text, write_preview_text

_FORMATS: Mapping[str, Callable[[Previewed], str]] = {
    "json": lambda told: late("preview.text", "preview_json", told),
    "markdown": lambda told: late(
        "markdown.preview", "preview_markdown", told, limit=MARKDOWN_LIMIT
    ),
    "html": lambda told: late("html.preview", "preview_html", told),
}
PREVIEW_FORMATS = (TEXT, *_FORMATS)


def print_preview(told: Previewed, format_: str, settings: Settings) -> None:
    """Print *told* in *format_*."""
    if format_ == TEXT:
        write_preview_text(told, settings.out)
    else:
        settings.out.raw(_rendered(told, format_, settings))


def write_preview_outputs(
    told: Previewed, outputs: Iterable[tuple[str, Path]], settings: Settings
) -> None:
    """Write each `--output`, even if the data are in error."""
    for kind, path in outputs:
        write_atomically(path, _rendered(told, kind, settings))


def _rendered(told: Previewed, kind: str, settings: Settings) -> str:
    if kind == TEXT:
        return preview_text(told)
    if kind != "json":
        root = root_of(settings.started)
        told = replace(
            told,
            file=file_in(root, told.file) if told.file else None,
            diagnostics=diagnostics_in(root, told.diagnostics),
        )
    return _FORMATS[kind](told)
