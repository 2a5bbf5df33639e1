"""What helps, by what the database says."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from reconciler.journal.failures import failure


def write_where_nothing_may_be_written(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA query_only=ON")
        db.execute("CREATE TABLE a (b)")


def write_where_somebody_else_writes(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other, closing(sqlite3.connect(path, timeout=0)) as db:
        other.execute("BEGIN IMMEDIATE")
        db.execute("BEGIN IMMEDIATE")


def fill_the_disk(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA max_page_count=1")
        db.execute("CREATE TABLE a (b)")
        db.execute("INSERT INTO a VALUES (zeroblob(100000))")


def read_what_is_gone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("SELECT * FROM operations")


def read_what_is_no_text(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("SELECT CAST(x'ff' AS TEXT)").fetchone()


def open_a_directory(path: Path) -> None:
    with closing(sqlite3.connect(path.parent)):
        pass


CASES: dict[Callable[[Path], None], str] = {
    write_where_nothing_may_be_written: "make the file and its directory readable and writable",
    open_a_directory: "make the file and its directory readable and writable",
    write_where_somebody_else_writes: "another process is writing to it: wait for that",
    fill_the_disk: "check the disk that the file is on",
    read_what_is_gone: "move it away and a new one is made",
    read_what_is_no_text: "move it away and a new one is made",
}


@pytest.mark.parametrize("do", CASES)
def test_what_helps_fits_what_sqlite_says(tmp_path: Path, do: Callable[[Path], None]) -> None:
    with pytest.raises(sqlite3.Error) as caught:
        do(tmp_path / "a.db")
    error = failure("a.db", "read", caught.value, is_file=True)
    assert str(error).startswith("the journal a.db cannot be read: ")
    assert CASES[do] in (error.hint or "")
