"""Each fault of the emulator × each operation of the backend, and how it must end."""

from pathlib import Path

import pytest

from reconciler.cli.exit_codes import ExitCode
from reconciler.outcome.results import Outcome
from tests.support.matrix import one_of_each
from tests.support.stages.fault_matrix import CELLS, TURNED_AWAY, Cell, observe
from tests.support.stages.fault_scenes import ROWS, End, Group, Live

EXITS = {
    End.DONE: ExitCode.DONE,
    End.FAILED: ExitCode.ERROR,
    End.UNKNOWN: ExitCode.ERROR,
    End.NOT_CONVERGED: ExitCode.BLOCKED,
    End.STALE: ExitCode.BLOCKED,
}


# Where the server shows a refusal or a failure, its raw answer is kept for the report.
SHOWN = {(Group.MAPPING, "refuse"), (Group.PROGRESS, "fails"), (Group.PROGRESS, "no-result")}


def truths(cell: Cell, end: End) -> set[Live]:
    """Return what live may be after an operation that is said to have ended so: never neither."""
    if end is End.DONE:
        return {Live.AS_PLANNED}
    if end is End.STALE or (end is End.FAILED and cell.fault != "no-result"):
        return {Live.AS_BEFORE}
    return {Live.AS_BEFORE, Live.AS_PLANNED}


def kind(cell: Cell) -> tuple[str, ...]:
    """Return what decides how a cell ends: not its row, unless the row has ends of its own."""
    row = cell.row if cell.fault == "lags" else ""
    return ROWS[cell.row].group, cell.fault, str(cell.always), row


PLAYED = one_of_each(CELLS, kind)


def test_each_row_is_played() -> None:
    assert {cell.row for cell in PLAYED} == set(ROWS)


@pytest.mark.parametrize("cell", PLAYED, ids=str)
def test_cell(cell: Cell, tmp_path: Path) -> None:
    seen = observe(cell, tmp_path)
    group = ROWS[cell.row].group
    assert (seen.end, seen.writes) == cell.expected
    if seen.exit is not None:
        assert seen.exit is EXITS[seen.end]
        assert seen.outcome is Outcome(seen.end), "the report is the journal's"
    if cell.fault not in TURNED_AWAY:
        assert (seen.writes or 0) <= 1, "a write is never sent twice"
    if seen.live is not None:
        assert seen.live in truths(cell, seen.end), "the journal tells the truth"
    if seen.end is End.NOT_CONVERGED:
        assert seen.remaining, "what remains is listed"
    if (group, cell.fault) in SHOWN:
        assert seen.shown
