"""Imported objects as a table and as JSON."""

from collections.abc import Iterable, Mapping

from reconciler.model.json_form import to_json
from reconciler.outcome.imports import ImportedObject
from reconciler.render.json_line import json_line
from reconciler.render.shorten import shorten
from reconciler.render.table import write_table
from reconciler.render.terminal import Screen

_HEADINGS = ("key", "type", "label", "attributes", "references")
_LABEL_WIDTH = 48
_CELL_WIDTH = 96


def write_objects(objects: Iterable[ImportedObject], screen: Screen) -> None:
    """Write one row per object; long cells are shortened, `--format json` has everything."""
    rows = [
        (
            each.key,
            each.type,
            shorten(each.label, _LABEL_WIDTH),
            _cell(each.attributes),
            _cell(each.references),
        )
        for each in objects
    ]
    if rows:
        write_table(_HEADINGS, rows, screen)
    else:
        screen.line("No objects.")


def _cell(values: Mapping[str, tuple[str, ...]]) -> str:
    return shorten("; ".join(f"{k}: {', '.join(v)}" for k, v in values.items()), _CELL_WIDTH)


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
