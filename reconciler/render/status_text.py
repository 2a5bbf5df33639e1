"""Where the sources stand: configuration, last apply, last data execution."""

from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.backend import ExecutionStatus
from reconciler.errors import ReconcilerError
from reconciler.model.source import ConfigStatus
from reconciler.outcome.records import OperationRecord
from reconciler.render.table import write_table
from reconciler.render.terminal import Screen

_HEADINGS = ("source", "config status", "last apply", "last execution")


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceStatus:
    """What is known of one source; an error stands where the API could not be asked."""

    source: str
    config_status: ConfigStatus | ReconcilerError
    last_apply: OperationRecord | None
    last_execution: ExecutionStatus | ReconcilerError | None


def write_status(statuses: Sequence[SourceStatus], screen: Screen) -> None:
    """Write one row per source."""
    write_table(_HEADINGS, [_row(status) for status in statuses], screen)


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
    return "never" if execution is None else execution.status
