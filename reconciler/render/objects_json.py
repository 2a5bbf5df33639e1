"""Imported objects as JSON on one line."""

from collections.abc import Iterable
from dataclasses import asdict

from reconciler.outcome.imported import ImportedObject
from reconciler.render.apply_json import json_line

FORMAT_VERSION = "1.0"


def objects_json(source: str, objects: Iterable[ImportedObject]) -> str:
    """Return the objects of *source* on one line."""
    return json_line(
        {
            "format_version": FORMAT_VERSION,
            "source": source,
            "objects": [asdict(each) for each in objects],
        }
    )
