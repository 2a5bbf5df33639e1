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
from sqlalchemy import update

from reconciler.errors import JournalError
from reconciler.journal import VERSION
from reconciler.journal.database import journal_url
from reconciler.journal.inspection import journal_format
from reconciler.journal.limits import Limits
from reconciler.journal.runs import Journal
from reconciler.journal.store import JournalStore
from reconciler.journal.tables import version
from tests.support.stages.journal import begun, opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "journal.db"


def at(path: Path) -> Journal:
    return opened(f"sqlite:///{path}")


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


OTHER_VERSIONS = {
    VERSION - 1: ("an older reconciler", "end its runs with that version (apply --resume), then"),
    VERSION + 1: ("a newer reconciler", "update reconciler, or set"),
}


@pytest.mark.parametrize("found", OTHER_VERSIONS)
def test_a_journal_of_another_version_is_refused_and_left_as_it_is(
    journal_url: str, found: int
) -> None:
    writer, remedy = OTHER_VERSIONS[found]
    with opened(journal_url) as journal:
        begun(journal)
        with journal.store.writing() as db:
            db.execute(update(version).values(version=found))
    for attempt in (Journal.runs, begun, lambda _: journal_format(journal_url)) * 2:
        with opened(journal_url) as journal, pytest.raises(JournalError) as caught:
            attempt(journal)
        said = f"written by {writer} (format {found}; this one knows {VERSION})"
        assert said in str(caught.value)
        assert remedy in (caught.value.hint or "")


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
