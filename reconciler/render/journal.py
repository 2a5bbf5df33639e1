"""The journal for people: runs and ingestions, and the status of the sources.

Runs are listed with their operations below them, in 80 columns; the status is configuration, last
apply and last data execution.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from reconciler.backend.import_sources import ExecutionStatus
from reconciler.errors import ReconcilerError
from reconciler.model.source import ConfigStatus, Description
from reconciler.outcome.imports import import_result
from reconciler.outcome.records import RunRecord, SchemaOperationRecord, SentRecord, State
from reconciler.outcome.source_status import SourceStatus
from reconciler.planning.object_schema.operation import SchemaKind
from reconciler.render.ingest.history import ingestion_lines
from reconciler.render.ingest.words import import_state
from reconciler.render.shorten import shorten
from reconciler.render.table import write_table
from reconciler.render.terminal import Line, Screen, Style

if TYPE_CHECKING:
    from reconciler.render.report import JournalEntries, ReleasedLocks

_STEP = "    "
_NO_RUN = "The journal holds no run yet."
_NAME_WIDTH, _FAULT_WIDTH = 32, 200
_STYLES = {State.DONE: Style.ADD, State.FAILED: Style.STOP, State.UNKNOWN: Style.ODD}


def write_history(history: "JournalEntries", screen: Screen) -> None:
    """Write each run and each ingestion, or that there are none."""
    for each in history.entries:
        screen.report(_lines(each) if isinstance(each, RunRecord) else ingestion_lines(each))
    if not history.entries:
        none = "Nothing in the journal matches." if history.is_partial else _NO_RUN
        screen.line(none)


def write_locks(locks: "ReleasedLocks", screen: Screen) -> None:
    """Write of each lock that there was what became of it."""
    for holder, is_unlocked in locks.held:
        ended = "unlocked" if is_unlocked else "is now held by another run"
        screen.line(f"{holder.source}   ", ended)


def _lines(run: RunRecord) -> Iterator[Line]:
    environment = shorten(run.environment, _NAME_WIDTH)
    yield ((f"run {run.id}   {_moment(run.started_at)}   {environment}", Style.STRONG),)
    yield (_STEP, (f"by {shorten(run.runner)}", Style.QUIET))
    ended = f"ended {_moment(run.ended_at)}" if run.ended_at else "the run did not end"
    records = run.in_order
    if run.interrupted or not run.ended_at or not records:
        yield (_STEP, f"interrupted, {ended}" if run.interrupted else ended)
    width = max((len(shorten(each.source, _NAME_WIDTH)) for each in records), default=0)
    for each in records:
        name = shorten(each.source, _NAME_WIDTH).ljust(width)
        state = (str(each.state), _STYLES.get(each.state, Style.CHANGE))
        at = f"   {_moment(each.ended_at)}" if each.ended_at else ""
        if isinstance(each, SchemaOperationRecord):
            yield (_STEP, name, f"   {each.method:<6} {each.path}   ", state, at)
            what = f"{SchemaKind(each.kind).noun} of {shorten(each.element_name)}"
            yield (2 * _STEP, (what, Style.QUIET))
        else:
            yield (_STEP, name, f"   {each.method:<5}   ", state, at)
        for line in (each.message or "").splitlines():
            yield (2 * _STEP, (line, Style.QUIET))


def _moment(stamp: str) -> str:
    """Return the time to the second: `2026-03-01 10:20:30Z`."""
    return f"{stamp[:19].replace('T', ' ')}Z"


_STATUS_HEADINGS = ("source", "config status", "last apply", "last execution")
_DESCRIBED = ("import source", "object schema", "kind")


def write_status(statuses: Sequence[SourceStatus], screen: Screen) -> None:
    """Write one row per source, with what Assets calls them and where they are, if it says so.

    Below is what is wrong with their configuration there, and when they are imported next.
    """
    is_described = any(each.description and each.description.name for each in statuses)
    headings = (*_STATUS_HEADINGS, *(_DESCRIBED if is_described else ()))
    rows = [(*_row(each), *_described(each.description))[: len(headings)] for each in statuses]
    write_table(headings, rows, screen)
    for each in statuses:
        if (known := each.description) is not None:
            if known.fault:
                text = f"{each.source}: Assets says that its configuration is not valid"
                screen.line((f"{text}: {shorten(known.fault, _FAULT_WIDTH)}", Style.STOP))
            if known.schedule:
                screen.line(f"{each.source}: imported {shorten(known.schedule)}")


def _described(known: Description | None) -> tuple[str, ...]:
    told = (known.name, known.object_schema, known.module) if known else (None,) * len(_DESCRIBED)
    return tuple(shorten(each or "", _NAME_WIDTH) for each in told)


def _row(status: SourceStatus) -> tuple[str, ...]:
    config = status.config_status
    return (
        status.source,
        config.value if isinstance(config, ConfigStatus) else "unreadable",
        _apply(status.last_apply),
        _execution(status.last_execution),
    )


def _apply(operation: SentRecord | None) -> str:
    if operation is None:
        return "never"
    at = operation.ended_at or operation.sent_at
    return f"{operation.method} {operation.state}{f' {_moment(at)}' if at else ''}"


def _execution(execution: ExecutionStatus | ReconcilerError | None) -> str:
    if isinstance(execution, ReconcilerError):
        return "unreadable"
    if execution is None:
        return "never"
    return import_state(import_result(execution.status, execution.progress_result))[0]
