"""Kill -9 at every step of schema operations, over every fault (`make reliability` has all)."""

import itertools
from pathlib import Path

from tests.support.matrix import every_or
from tests.support.processes.schema_crash import (
    CALLS,
    DELETION,
    FAULTS,
    STEPS,
    UNDONE,
    Cell,
    cells,
    play_all,
)

_SCHEMAS = itertools.count()
# Each step once, of an end the moment in which what was done is not recorded; and each fault once,
# over a step that is reached in spite of it.
SHORT = [
    Cell(step="begin", moment="after"),
    Cell(step="rename intended", moment="after"),
    Cell(step="PATCH intended", moment="after", fault="drop-after"),
    Cell(step="PATCH ended", moment="before", fault="504"),
    Cell(step="deletion intended", moment="after", fault="429=0"),
    Cell(step="finish", moment="after", fault="late=0.2"),
    *(
        Cell(step=f"{call} ended", moment="before", call=call, fault=fault)
        for call, fault in zip(itertools.cycle(CALLS), UNDONE[:-1], strict=False)
    ),
]
ON_A_SERVER = [
    Cell(step="rename intended", moment="after"),
    Cell(step="deletion ended", moment="before", call=DELETION, fault="drop-after"),
    Cell(step="deletion ended", moment="after", call=DELETION, fault="drop-before"),
]


def test_each_step_and_each_fault_is_played() -> None:
    assert {cell.step for cell in SHORT} == set(STEPS)
    assert {cell.fault for cell in SHORT} == {None, *FAULTS}
    assert all(cell.is_reached for cell in SHORT)


def test_on_sqlite(tmp_path: Path) -> None:
    def url(directory: Path) -> str:
        return f"sqlite:///{directory / 'journal.db'}"

    played = play_all(every_or(SHORT, cells()), tmp_path, journal_url=url)
    assert [fault for each in played for fault in each.faults] == []


def test_on_postgresql(tmp_path: Path, postgres: Path) -> None:
    from tests.support.processes.postgres import new_schema  # noqa: PLC0415 - psycopg, only where it is asked for

    def url(_: Path) -> str:
        return new_schema(postgres, f"schema_crash_{next(_SCHEMAS)}")

    played = play_all(every_or(ON_A_SERVER, cells()), tmp_path, journal_url=url)
    assert [fault for each in played for fault in each.faults] == []
