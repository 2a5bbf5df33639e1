"""The latest data execution of each source: as a table, whole where it is one, or as JSON."""

from collections.abc import Sequence
from typing import Any

from reconciler.errors import ReconcilerError
from reconciler.outcome.import_result import Count, ImportResult
from reconciler.outcome.latest_import import LatestImport
from reconciler.render.apply_json import json_line
from reconciler.render.error_json import error_json
from reconciler.render.import_json import import_result_json
from reconciler.render.import_text import error_lines, write_import_result
from reconciler.render.import_words import moment, number, state
from reconciler.render.table import write_table
from reconciler.render.terminal import Screen

FORMAT_VERSION = "1.0"
NEVER = "never"
UNREADABLE = "unreadable"

_COUNTS = (Count.CREATED, Count.UPDATED, Count.IDENTICAL)
_HEADINGS = ("source", "latest execution", "started", "entries", *_COUNTS)


def write_latest_imports(latest: Sequence[LatestImport], screen: Screen) -> None:
    """Write one row per source and the errors that its execution ended with; a single one whole."""
    match latest:
        case [LatestImport(source=source, found=ImportResult() as result)]:
            write_import_result(source, result, screen)
        case _:
            write_table(_HEADINGS, [_row(each) for each in latest], screen)
            for each in latest:
                if isinstance(each.found, ImportResult):
                    screen.lines(error_lines(each.found.errors, "", f"{each.source}: "))


def latest_imports_json(environment: str, latest: Sequence[LatestImport]) -> str:
    """Return the latest executions on one line; `execution` is null where there is none to show."""
    return json_line(
        {
            "format_version": FORMAT_VERSION,
            "environment": environment,
            "sources": [_json(each) for each in latest],
        }
    )


def word(latest: LatestImport) -> str:
    """Return how it stands, in a word or two."""
    if isinstance(latest.found, ImportResult):
        return state(latest.found)[0]
    return NEVER if latest.found is None else UNREADABLE


def _row(latest: LatestImport) -> tuple[str, ...]:
    found = latest.found
    if not isinstance(found, ImportResult):
        return (latest.source, word(latest), *([""] * (len(_HEADINGS) - 2)))
    return (
        latest.source,
        word(latest),
        moment(found.started) if found.started else "",
        number(found.entries),
        *(number(found.total(count)) for count in _COUNTS),
    )


def _json(latest: LatestImport) -> dict[str, Any]:
    found = latest.found
    return {
        "source": latest.source,
        "execution": import_result_json(latest.source, found)
        if isinstance(found, ImportResult)
        else None,
        "error": error_json(found) if isinstance(found, ReconcilerError) else None,
    }
