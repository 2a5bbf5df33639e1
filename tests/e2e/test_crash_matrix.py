"""Kill -9 at every transition of the journal, then resume (`make reliability` has all cells)."""

import itertools
import re
from pathlib import Path

from tests.support.paths import ROOT
from tests.support.processes.crash_matrix import Cell, cells, figures, play_all
from tests.support.processes.crash_runner import Kill, forked, spawned

_SCHEMAS = itertools.count()
# One row of the matrix, every kill while the server acts; and one cell of each server, where what
# it does makes a difference. Of the one that acts the second source is hit.
ROW = [
    cell
    for cell in cells("sqlite")
    if (cell.method, cell.server, cell.kill.nth) == ("PUT", "acts", 1)
]
COLUMN = {
    "acts at once": ("PATCH", "end:before:1"),
    "acts": ("PATCH", "accept:before:2"),
    "still runs": ("PATCH", "accept:after:1"),
    "refuses": ("PATCH", "end:before:1"),
    "refuses late": ("PATCH", "accept:before:1"),
    "loses the answer": ("PUT", "end:before:1"),
    "lags": ("PUT", "intend:after:1"),
    "answers late": ("PUT", "intend:after:1"),
}
SQLITE = [
    *ROW,
    *(
        Cell(backend="sqlite", method=method, server=server, kill=Kill.parse(kill))
        for server, (method, kill) in COLUMN.items()
    ),
]
KILLS = ("intend:after:1", "accept:before:2", "end:before:1")
POSTGRESQL = [
    Cell(backend="postgresql", method="PATCH", server="acts", kill=Kill.parse(kill))
    for kill in KILLS
]


def test_the_page_has_the_figures_of_every_cell() -> None:
    page = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    (kills, right, wrong) = re.findall(
        r"^\| all \|  \|  \| (\d+) \| (\d+) \| \d+ \| \d+ \| (\d+) \|$", page, re.MULTILINE
    )[0]
    every = sum(1 for backend in ("sqlite", "postgresql") for _ in cells(backend))
    assert (int(kills), int(right), int(wrong)) == (every, every, 0)


def in_a_file(_: Cell, directory: Path) -> str:
    return f"sqlite:///{directory / 'journal.db'}"


def test_on_sqlite(tmp_path: Path) -> None:
    played = play_all(SQLITE, tmp_path, launch=forked, journal_url=in_a_file, side_by_side=8)
    assert [fault for each in played for fault in each.faults] == []


def test_on_postgresql(tmp_path: Path, postgres: Path) -> None:
    from tests.support.processes.postgres import new_schema  # noqa: PLC0415 - psycopg, only where it is asked for

    def url(_cell: Cell, _directory: Path) -> str:
        return new_schema(postgres, f"crash_{next(_SCHEMAS)}")

    played = play_all(POSTGRESQL, tmp_path, launch=forked, journal_url=url, side_by_side=3)
    assert [fault for each in played for fault in each.faults] == []


def test_as_a_shell_starts_it(tmp_path: Path) -> None:
    """The processes of the other tests are forked; here they are started from nothing."""
    chosen = [c for c in SQLITE if (c.method, str(c.kill)) == ("PUT", "accept:before:1")]
    played = play_all(chosen, tmp_path, launch=spawned, journal_url=in_a_file, side_by_side=1)
    assert [fault for each in played for fault in each.faults] == []
    assert "| sqlite | PUT | acts | 1 | 1 | 3 | 0 | 0 |" in figures(played)
