"""Imported objects as a table and as JSON."""

from collections.abc import Iterable, Mapping
from itertools import accumulate

from reconciler.model.display import first_of
from reconciler.model.json_form import to_json
from reconciler.outcome.imports import ImportedObject
from reconciler.render.json_line import json_line
from reconciler.render.shorten import WIDTH
from reconciler.render.table import write_table
from reconciler.render.terminal import Screen

_HEADINGS = ("key", "type", "label", "attributes", "references")
_BETWEEN = "; "
_CELL_WIDTH = 96


def write_objects(objects: Iterable[ImportedObject], screen: Screen) -> None:
    """Write one row per object; `--format json` has everything.

    A long value loses its end, and a terminal gets as many attributes as fit into a cell.
    """
    width = None if screen.columns is None else _CELL_WIDTH
    rows = [
        (
            each.key,
            each.type,
            _value(each.label),
            _cell(each.attributes, width),
            _cell(each.references, width),
        )
        for each in objects
    ]
    if rows:
        write_table(_HEADINGS, rows, screen)
    else:
        screen.line("No objects.")


def _cell(values: Mapping[str, tuple[str, ...]], width: int | None) -> str:
    parts = [f"{name}: {', '.join(map(_value, found))}" for name, found in values.items()]
    ends = accumulate(len(part) + len(_BETWEEN) for part in parts)
    fitting = sum(width is None or end <= width + len(_BETWEEN) for end in ends)
    return first_of(parts, max(1, fitting), between=_BETWEEN)


def _value(text: str) -> str:
    return text if len(text) <= WIDTH else f"{text[: WIDTH - 1]}…"


FORMAT_VERSION = "1.0"


def objects_json(source: str, objects: Iterable[ImportedObject]) -> str:
    """Return the objects of *source* as one line of JSON."""
    return json_line(
        {
            "format_version": FORMAT_VERSION,
            "source": source,
            "objects": [to_json(each) for each in objects],
        }
    )
