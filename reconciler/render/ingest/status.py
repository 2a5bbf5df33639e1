"""The latest data execution of each source, as a table or JSON, and the wait for it.

A single source is shown in full. Waiting redraws one line for a person; elsewhere it writes a
line per change.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from reconciler.diagnostics import Diagnostic
from reconciler.errors import ReconcilerError
from reconciler.model.json_form import to_json
from reconciler.outcome.imports import Count, ImportResult, LatestImport
from reconciler.render.errors import error_json
from reconciler.render.ingest.result import (
    import_error_lines,
    import_result_json,
    write_import_result,
)
from reconciler.render.ingest.words import count_cell, import_state, moment
from reconciler.render.json_line import json_line
from reconciler.render.shorten import shorten
from reconciler.render.table import write_table
from reconciler.render.terminal import Screen, styled

FORMAT_VERSION = "1.1"
NEVER = "never"
UNREADABLE = "unreadable"

_COUNTS = (Count.CREATED, Count.UPDATED, Count.IDENTICAL)
_HEADINGS = ("source", "latest execution", "started", "entries", *_COUNTS)


def write_latest_imports(latest: Sequence[LatestImport], screen: Screen) -> None:
    """Write one row per source and the errors of its execution; a single source in full."""
    match latest:
        case [LatestImport(source=source, found=ImportResult() as result)]:
            write_import_result(source, result, screen)
        case _:
            write_table(_HEADINGS, [_row(each) for each in latest], screen)
            for each in latest:
                if isinstance(each.found, ImportResult):
                    screen.report(import_error_lines(each.found.errors, "", f"{each.source}: "))


def write_running(
    source: str, now: ImportResult | ReconcilerError, *, watched: float, moves: bool, screen: Screen
) -> None:
    """Write the execution that runs on *source*, and whether it *moves*, *watched* in seconds.

    An error says why its status is not known.
    """
    if isinstance(now, ReconcilerError):
        screen.line(f"  something runs on {source}, and its status cannot be read: {now}")
        screen.line("  so its progress is unknown")
        return
    write_import_result(source, now, screen)
    if moves:
        screen.line(
            f"  it made progress while it was watched for {watched:g} s: it is being worked on"
        )
    else:
        screen.line(f"  nothing happened in {watched:g} s")


def latest_imports_json(
    environment: str, latest: Sequence[LatestImport], diagnostics: Sequence[Diagnostic]
) -> str:
    """Return the latest executions as one line of JSON; `execution` is null without any."""
    return json_line(
        {
            "format_version": FORMAT_VERSION,
            "environment": environment,
            "sources": [_json(each) for each in latest],
            "diagnostics": to_json(diagnostics),
        }
    )


def word(latest: LatestImport) -> str:
    """Return the state in a word or two."""
    if isinstance(latest.found, ImportResult):
        return import_state(latest.found)[0]
    return NEVER if latest.found is None else UNREADABLE


def _row(latest: LatestImport) -> tuple[str, ...]:
    found = latest.found
    if not isinstance(found, ImportResult):
        return (latest.source, word(latest), *([""] * (len(_HEADINGS) - 2)))
    return (
        latest.source,
        word(latest),
        moment(found.started) if found.started else "",
        count_cell(found.entries),
        *(count_cell(found.total(count)) for count in _COUNTS),
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


_NAME_WIDTH = 32
# For the spinner and the cursor.
_MARGIN = 4

Told = Callable[[LatestImport], None]


@contextmanager
def import_watching(sources: int, screen: Screen) -> Iterator[Told]:
    """Yield a function to call with each state of the execution of one of *sources*."""
    if not screen.interactive:
        yield _lines(screen)
        return
    with screen.console.status("Reading the latest executions") as status:
        seen: dict[str, LatestImport] = {}

        def tell(latest: LatestImport) -> None:
            seen[latest.source] = latest
            line = shorten(_waiting(seen, sources), max(1, screen.console.width - _MARGIN))
            status.update(styled((line,)))

        yield tell


def _lines(screen: Screen) -> Told:
    """Return a function that writes a line whenever the state changes."""
    words: dict[str, str] = {}

    def tell(latest: LatestImport) -> None:
        now = word(latest)
        if words.get(latest.source) != now:
            words[latest.source] = now
            screen.line(f"{latest.source}: {now}")

    return tell


def _waiting(seen: dict[str, LatestImport], sources: int) -> str:
    open_ = [each for each in seen.values() if not each.is_over]
    text = ", ".join(f"{shorten(each.source, _NAME_WIDTH)} {word(each)}" for each in open_)
    return f"{len(seen) - len(open_)}/{sources} ended  {text}"
