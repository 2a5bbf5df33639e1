"""Kill -9 at every step of schema operations, over every fault (`make reliability` has all)."""

import itertools
from pathlib import Path

from tests.support.matrix import every_or
from tests.support.processes.schema_crash import (
    CALLS,
    DELETION,
    FAULTS,
    STEPS,
    Cell,
    cells,
    play_all,
)

_SCHEMAS = itertools.count()
# Each step once, of an end the moment in which what was done is not recorded; and each fault once.
SHORT = [
    *(Cell(step=s, moment="before" if s.endswith("ended") else "after") for s in STEPS),
    *(
        Cell(step=f"{call} ended", moment="before", call=call, fault=fault)
        for call, fault in zip(itertools.cycle(CALLS), FAULTS, strict=False)
    ),
]
ON_A_SERVER = [
    Cell(step="rename intended", moment="after"),
    Cell(step="deletion ended", moment="before", call=DELETION, fault="drop-after"),
    Cell(step="deletion ended", moment="after", call=DELETION, fault="drop-before"),
]


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
