"""Kill -9 at every step of a schema operation, over every fault (`make reliability` has all)."""

import itertools
from pathlib import Path

from tests.support.matrix import every_or
from tests.support.processes.schema_crash import FAULTS, Cell, cells, play_all

_SCHEMAS = itertools.count()
# Each step once without a fault, and each fault once, where most may go wrong.
SHORT = [
    *(c for c in cells() if c.fault is None and (c.moment == "after" or "rename" in c.step)),
    *(Cell(step="rename ended", moment="before", fault=f) for f in FAULTS),
]
ON_A_SERVER = [
    Cell(step="rename intended", moment="after"),
    Cell(step="rename ended", moment="before", fault="drop-after"),
    Cell(step="rename ended", moment="after", fault="drop-before"),
    Cell(step="PATCH intended", moment="before"),
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
