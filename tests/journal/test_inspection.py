"""Looking at a journal tells its format and leaves no trace, on each kind of database."""

from pathlib import Path

import pytest

from reconciler.errors import JournalError
from reconciler.journal import VERSION
from reconciler.journal.inspection import journal_format
from reconciler.journal.store import JournalStore


def test_a_journal_is_not_made(journal_url: str, tmp_path: Path) -> None:
    assert journal_format(journal_url) is None
    assert [*tmp_path.rglob("*")] == []


def test_the_format_of_a_journal_that_was_written(journal_url: str, tmp_path: Path) -> None:
    store = JournalStore(journal_url)
    with store.writing():
        with_writer = journal_format(journal_url)
    store.close()
    before = sorted(tmp_path.rglob("*"))
    assert (with_writer, journal_format(journal_url)) == (VERSION, VERSION)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("text", [b"no database at all", b"SQLite format 3\0"])
def test_what_is_no_journal_is_an_error(text: bytes, tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(text)
    with pytest.raises(JournalError):
        journal_format(f"sqlite:///{tmp_path / 'journal.db'}")
