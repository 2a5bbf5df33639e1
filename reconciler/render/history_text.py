"""The journal for people: runs newest first, each with its operations."""

from collections.abc import Iterable, Iterator

from reconciler.outcome.records import RunRecord
from reconciler.render.table import write_table
from reconciler.render.terminal import Screen

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
