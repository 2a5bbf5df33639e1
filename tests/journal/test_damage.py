"""What stands in a journal was perhaps written by nobody of ours: each column may hold anything."""

import contextlib
import shutil
import sqlite3
from pathlib import Path

import pytest

from reconciler.app.saved_plan import load_plan
from reconciler.errors import JournalError
from reconciler.journal.drift_seen import load_drift_seen
from reconciler.journal.ingestions import Ingestions
from reconciler.journal.leases import Leases, this_runner
from reconciler.journal.receipt_query import receipts_in_file
from reconciler.journal.runs import Journal
from reconciler.journal.store import JournalStore
from reconciler.value import replace
from tests.support.matrix import every_or
from tests.support.stages.cli_project import Desk
from tests.support.stages.damaged_journal import COLUMNS, DAMAGES, VALUES, fill, put
from tests.support.stages.journal import opened, plan, planned, rename

# Each value is tried in every twelfth column, the next one in the next: each column holds one.
EACH = 12

COMMANDS = {
    "history": ("history",),
    "status": ("status",),
    "plan": ("plan",),
    "drift": ("drift", "--since", "last"),
    "ingest status": ("ingest", "status"),
    "unlock": ("unlock", "--force"),
    "apply": ("apply", "--auto-approve", "--lock-timeout", "0"),
    "resume": ("apply", "--resume", "--lock-timeout", "0"),
}
# One of so many is tried with each command, another one with the next.
STRIDE = 197


def read_all(journal: Journal) -> None:
    """Read what there is to read, one after the other; the first error is raised."""
    leases = Leases(journal.store, environment="local", runner=this_runner("me"))
    journal.runs()
    journal.operation(1)
    journal.unfinished("local")
    journal.receipts("local")
    leases.holders()
    leases.take("a")
    Ingestions(journal.store, environment="local").open_ones()
    load_drift_seen(journal.store, "local")


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    path = tmp_path / "whole.db"
    with opened(f"sqlite:///{path}") as journal:
        made = replace(planned("a"), schema_operations=(rename("7"),))
        fill(journal, plan(made, planned("b")))
        read_all(journal)
    return path


def error_in(path: Path) -> JournalError | None:
    """Return what reading the journal raises: it names the journal, and what helps."""
    with opened(f"sqlite:///{path}") as journal:
        try:
            read_all(journal)
        except JournalError as error:
            found = error
        else:
            return None
    assert str(path) in str(found)
    assert "\n" not in str(found)
    assert found.hint
    return found


def columns_for(value: str) -> list[tuple[str, str]]:
    return every_or(COLUMNS[[*VALUES].index(value) % EACH :: EACH], COLUMNS)


@pytest.mark.parametrize("value", VALUES)
def test_a_column_that_holds_something_else_is_read_or_told(
    tmp_path: Path, whole: Path, value: str
) -> None:
    path = tmp_path / "altered.db"
    columns = columns_for(value)
    errors = 0
    for table, column in columns:
        for left in tmp_path.glob("altered.db*"):
            left.unlink()
        shutil.copy(whole, path)
        put(path, table, column, value)
        errors += error_in(path) is not None
    assert errors >= len(columns) / 4 or value != "bytes"


@pytest.mark.parametrize("value", VALUES)
def test_a_file_is_read_without_the_store_as_with_it_or_not_at_all(
    tmp_path: Path, whole: Path, value: str
) -> None:
    path = tmp_path / "altered.db"
    for table, column in columns_for(value):
        shutil.copy(whole, path)
        put(path, table, column, value)
        found = receipts_in_file(path, ["local", "other"])
        if found is not None:
            with opened(f"sqlite:///{path}") as journal:
                assert found == {each: journal.receipts(each) for each in found}
    assert receipts_in_file(whole, ["local"]) is not None
    assert receipts_in_file(tmp_path / "none.db", ["local"]) is None
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize("column", ["body_digest", "desired_digest", "read_back_digest"])
def test_a_stored_document_is_the_one_that_its_digest_names(whole: Path, column: str) -> None:
    with contextlib.closing(sqlite3.connect(whole)) as db, db:
        (digest,) = db.execute(f"SELECT {column} FROM operations WHERE id = 1").fetchone()  # noqa: S608
        db.execute("UPDATE bodies SET json = json || ' ' WHERE digest = ?", (digest,))
    with opened(f"sqlite:///{whole}") as journal, pytest.raises(JournalError) as caught:
        journal.receipts("local")
    assert "a document is not the one that its digest names" in str(caught.value)


def test_half_a_file_and_flipped_bits(tmp_path: Path, whole: Path) -> None:
    good = whole.read_bytes()
    path = tmp_path / "damaged.db"
    errors = 0
    for number in range(30):
        damaged = bytearray(good[: len(good) * (number + 1) // 30])
        damaged[(number * 7919) % len(damaged)] ^= 1 << number % 8
        for left in tmp_path.glob("damaged.db*"):
            left.unlink()
        path.write_bytes(damaged)
        errors += error_in(path) is not None
    assert errors > 20


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_so_or_goes_on(desk: Desk, command: str) -> None:
    directory, saved = desk.root / ".reconciler", desk.root / "saved"
    path = directory / "journal.db"
    assert desk("plan", "-o", "plan.json").code == 0
    with Journal(JournalStore(f"sqlite:///{path}")) as journal:
        fill(journal, load_plan(Path("plan.json")))
    shutil.copytree(directory, saved)
    first = [*COMMANDS].index(command)
    for table, column, value in DAMAGES[first::STRIDE]:
        shutil.rmtree(directory)
        shutil.copytree(saved, directory)
        put(path, table, column, value)
        ended = desk(*COMMANDS[command])
        case, said = f"{table}.{column} holds {value}", ended.out + ended.err
        assert ended.code in {0, 1, 2, 3}, f"{case}: {said}"
        assert "bug" not in said, f"{case}: {said}"
        assert "\x1b" not in said, f"{case}: {said}"
        if "is damaged" in said:
            assert f"the journal {path} is damaged" in said, case
            assert "move it away and a new one is made" in said, case
