"""The journal for people: the runs with their operations, and the status of the sources.

Runs are listed newest first; the status is configuration, last apply and last data execution.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from reconciler.backend import ExecutionStatus
from reconciler.errors import ReconcilerError
from reconciler.model.source import ConfigStatus
from reconciler.outcome.imports import import_result
from reconciler.outcome.records import OperationRecord, RunRecord
from reconciler.render.ingest.words import import_state
from reconciler.render.terminal import Screen, write_table

_HEADINGS = ("run", "started", "environment", "source", "method", "state", "ended", "by", "message")


def write_history(runs: Iterable[RunRecord], screen: Screen) -> None:
    """Write *runs* as a table, or that there are none."""
    rows = [row for run in runs for row in _rows(run)]
    if rows:
        write_table(_HEADINGS, rows, screen)
    else:
        screen.line("The journal holds no run yet.")


def _rows(run: RunRecord) -> Iterator[tuple[str, ...]]:
    head, by = (str(run.id), _moment(run.started_at), run.environment), run.runner or "-"
    if not run.operations:
        yield (*head, "-", "-", "-", _moment(run.ended_at), by, _run_message(run))
    for operation in run.operations:
        yield (
            *head,
            operation.source,
            operation.method,
            str(operation.state),
            _moment(operation.ended_at),
            by,
            operation.message or _run_message(run),
        )


def _run_message(run: RunRecord) -> str:
    if run.interrupted:
        return "interrupted"
    return "" if run.ended_at else "the run did not end"


def _moment(stamp: str | None) -> str:
    """Return the time to the second: `2026-03-01 10:20:30Z`."""
    return f"{stamp[:19].replace('T', ' ')}Z" if stamp else "-"


_STATUS_HEADINGS = ("source", "config status", "last apply", "last execution")


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceStatus:
    """The status of one source, with the error if the API could not be queried."""

    source: str
    config_status: ConfigStatus | ReconcilerError
    last_apply: OperationRecord | None
    last_execution: ExecutionStatus | ReconcilerError | None


def write_status(statuses: Sequence[SourceStatus], screen: Screen) -> None:
    """Write one row per source."""
    write_table(_STATUS_HEADINGS, [_row(status) for status in statuses], screen)


def _row(status: SourceStatus) -> tuple[str, ...]:
    config = status.config_status
    return (
        status.source,
        config.value if isinstance(config, ConfigStatus) else "unreadable",
        _apply(status.last_apply),
        _execution(status.last_execution),
    )


def _apply(operation: OperationRecord | None) -> str:
    if operation is None:
        return "never"
    at = operation.ended_at or operation.sent_at
    return f"{operation.method} {operation.state}{f' {at[:19]}Z' if at else ''}"


def _execution(execution: ExecutionStatus | ReconcilerError | None) -> str:
    if isinstance(execution, ReconcilerError):
        return "unreadable"
    if execution is None:
        return "never"
    return import_state(import_result(execution.status, execution.progress_result))[0]
