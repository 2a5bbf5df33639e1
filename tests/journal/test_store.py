"""The journal's database: where it is, who may read it, and whether it is ours."""

import os
import signal
import socket
import sqlite3
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text, update

from reconciler.errors import JournalError
from reconciler.journal import APPLICATION_ID, VERSION
from reconciler.journal.database import journal_url
from reconciler.journal.leases import Leases, this_runner
from reconciler.journal.limits import Limits
from reconciler.journal.runs import Journal
from reconciler.journal.store import JournalStore
from reconciler.journal.tables import MIGRATIONS, version
from reconciler.model.canonical import digest
from tests.support.stages.journal import begun, opened

SECOND = """
CREATE TABLE runs (id INTEGER PRIMARY KEY, environment TEXT NOT NULL, plan_digest TEXT NOT NULL,
    plan_created_at TEXT, started_at TEXT NOT NULL, ended_at TEXT,
    interrupted INTEGER NOT NULL DEFAULT 0);
CREATE TABLE bodies (digest TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE operations (id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL REFERENCES runs (id),
    source TEXT NOT NULL, import_source_id TEXT, workspace_id TEXT, method TEXT NOT NULL,
    path TEXT NOT NULL, query TEXT NOT NULL,
    body_digest TEXT NOT NULL REFERENCES bodies (digest), desired_digest TEXT NOT NULL,
    live_digest TEXT NOT NULL, state TEXT NOT NULL, progress_url TEXT, sent_at TEXT,
    ended_at TEXT, message TEXT, read_back_digest TEXT, attempts TEXT);
CREATE INDEX operations_by_run ON operations (run_id);
CREATE INDEX operations_by_source ON operations (source, id);
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "journal.db"


def at(path: Path) -> Journal:
    return opened(f"sqlite:///{path}")


def test_a_journal_of_an_earlier_version_is_brought_up_to_date(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as db, db:
        db.executescript(SECOND)
        db.execute(f"PRAGMA application_id={APPLICATION_ID}")
        db.execute("PRAGMA user_version=2")
        db.execute("INSERT INTO runs VALUES (1, 'local', 'sha256:p', 'Z', 't0', NULL, 0)")
        db.execute("INSERT INTO bodies VALUES (?, '{}')", (digest({}),))
        db.execute(
            "INSERT INTO operations VALUES (1, 1, 'a', 'a', 'w', 'PUT', 'p', '{}', ?, "
            "'sha256:d', 'sha256:l', 'done', NULL, 't1', 't2', 'm', 'sha256:r', NULL)",
            (digest({}),),
        )
    with at(path) as journal:
        (receipt,) = journal.receipts("local")["a"]
        assert receipt.body == {}
        assert (receipt.desired, receipt.live, receipt.attempts) == (None, None, ())
        assert journal.runs()[0].runner is None
        begun(journal, "b")
        assert len(journal.runs()) == 2


def test_the_leases_of_version_5_had_no_clock(journal_url: str) -> None:
    runner = this_runner("an earlier version")
    store = JournalStore(journal_url)
    Leases(store, environment="local", runner=runner).take("a")
    with store.writing() as db:
        db.execute(text("ALTER TABLE leases DROP COLUMN clock"))
        for table, columns in MIGRATIONS[8].items():
            for column in columns:
                db.execute(text(f"ALTER TABLE {table} DROP COLUMN {column.split()[0]}"))
        db.execute(update(version).values(version=5))
    store.close()
    mine = Leases(store, environment="local", runner=this_runner("me"))
    assert [holder.source for holder in mine.holders()] == ["a"]
    assert mine.take("a") is not None
    assert mine.take("b") is None
    store.close()


def test_reading_makes_no_file(path: Path) -> None:
    with at(path) as journal:
        assert journal.runs() == ()
    assert not path.parent.exists()


def test_the_file_and_its_directory_are_for_their_owner_only(path: Path) -> None:
    with at(path) as journal:
        begun(journal)
        modes = {f.name: stat.S_IMODE(f.stat().st_mode) for f in path.parent.iterdir()}
    assert modes["journal.db"] == 0o600
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Let another process write to the journal at *path* for good."""
    with at(path) as journal:
        begun(journal)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield


def test_reading_goes_on_while_another_process_writes(path: Path) -> None:
    short = JournalStore(f"sqlite:///{path}", limits=Limits(silence=0.1))
    with locked(path), Journal(short) as journal:
        assert len(journal.runs()) == 1


def test_a_signal_is_heard_while_a_lock_is_waited_for(path: Path) -> None:
    began = time.monotonic()
    after_it = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGUSR1))
    before = signal.signal(signal.SIGUSR1, signal.default_int_handler)
    with locked(path), at(path) as journal:
        after_it.start()
        with pytest.raises(KeyboardInterrupt):
            begun(journal)
    signal.signal(signal.SIGUSR1, before)
    assert time.monotonic() - began < 2


def other_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE cats (name)")


def newer_journal(path: Path) -> None:
    with at(path) as journal:
        begun(journal)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE journal_version SET version = ?", (VERSION + 1,))


def versioned(path: Path, value: str) -> None:
    """Leave *value* as the version of a journal whose table takes anything."""
    with at(path) as journal:
        begun(journal)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DROP TABLE journal_version")
        db.execute(f"CREATE TABLE journal_version AS SELECT {value} AS version")


def damaged_journal(path: Path) -> None:
    with at(path) as journal:
        begun(journal)
    damaged = bytearray(path.read_bytes())
    damaged[100:] = b"\xff" * (len(damaged) - 100)
    path.write_bytes(damaged)


UNUSABLE: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "not a database": (
        lambda path: path.write_text("hello, this is not a database" * 100),
        "cannot be opened: file is not a database",
        "move it away",
    ),
    "a damaged journal": (damaged_journal, "malformed", "move it away"),
    "somebody else's database": (
        other_database,
        "holds other tables, but not a journal",
        "to another path",
    ),
    "a journal of a newer version": (
        newer_journal,
        rf"written by a newer reconciler \(format {VERSION + 1}; this one knows {VERSION}\)",
        "update reconciler",
    ),
    "a journal without a version": (
        lambda path: versioned(path, "NULL"),
        "is damaged: the version of its format is not readable",
        "move it away",
    ),
    "a journal of a version that never was": (
        lambda path: versioned(path, "-1"),
        "is damaged: the version of its format is not readable",
        "move it away",
    ),
    "a pipe": (os.mkfifo, "cannot be opened: it is not a regular file", "to another"),
    "a directory": (Path.mkdir, "cannot be opened", "make the file and its directory readable"),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_an_unusable_journal_is_named_with_its_remedy(tmp_path: Path, case: str) -> None:
    make, message, hint = UNUSABLE[case]
    path = tmp_path / "journal.db"
    make(path)
    for attempt in (Journal.runs, begun):
        with at(path) as journal, pytest.raises(JournalError, match=message) as caught:
            attempt(journal)
        assert str(path) in str(caught.value)
        assert caught.value.hint is not None
        assert hint in caught.value.hint


def test_a_directory_that_cannot_be_made_is_an_error_with_the_path(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "journal.db"
    with at(path) as journal, pytest.raises(JournalError, match="cannot be opened") as caught:
        begun(journal)
    assert str(path) in str(caught.value)


URLS = {
    "relative to the project": (
        "sqlite:///.reconciler/journal.db",
        "sqlite:////p/.reconciler/journal.db",
    ),
    "absolute": ("sqlite:////var/lib/journal.db", "sqlite:////var/lib/journal.db"),
    "a server": ("postgresql+psycopg://u@h/d", "postgresql+psycopg://u@h/d"),
}


@pytest.mark.parametrize("case", URLS)
def test_the_url_names_a_journal(case: str) -> None:
    url, expected = URLS[case]
    assert journal_url(url, Path("/p")) == expected


@pytest.mark.parametrize(
    "url",
    [
        "mysql://user:hunter2@host/db",
        "postgresql+asyncpg://user:hunter2@host/db",
        "sqlite://",
        "sqlite:///a.db?timeout=hunter2",
        "sqlite://user:hunter2@host/a.db",
        "sqlite:///",
        "sqlite:///:memory:",
        "journal.db hunter2",
        "",
    ],
)
def test_another_url_is_refused_without_repeating_what_it_holds(url: str) -> None:
    with pytest.raises(JournalError) as caught:
        journal_url(url, Path("/p"))
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"
    assert "sqlite:///.reconciler/journal.db" in (caught.value.hint or "")


def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    store = JournalStore(f"postgresql://u:hunter2@/d?host={tmp_path}&connect_timeout=1")
    with Journal(store) as journal, pytest.raises(JournalError, match="cannot be opened") as caught:
        journal.runs()
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"
    assert "postgresql:///d" in str(caught.value)
    assert caught.value.hint is not None
    assert "check that the server runs" in caught.value.hint


def test_a_server_that_says_nothing_ends_in_a_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://u:geheim@127.0.0.1:{silent.getsockname()[1]}/db?connect_timeout=2"
        with pytest.raises(JournalError, match=r"cannot be opened: .*timeout") as caught:
            Journal(JournalStore(url)).runs()
    assert "geheim" not in str(caught.value)


def test_the_password_shows_in_no_repr() -> None:
    store = JournalStore("postgresql://u:hunter2@h/d")
    assert "hunter2" not in f"{store!r} {store.name} {vars(store)!r}"
