"""The journal of ingestions, on both databases."""

from collections.abc import Iterator

import pytest

from reconciler.backend.import_sources import Execution
from reconciler.errors import JournalError
from reconciler.journal.ingestions import Ingestions, past_ingestions
from reconciler.journal.store import JournalStore
from reconciler.model.source import SourceRef
from reconciler.outcome.ingestions import DataFile, Ingestion, IngestState, PastIngestion

DISKS = SourceRef(name="disks", import_source_id="i", workspace_id="w")
FILE = DataFile(path="/d.json", format="json", digest="sha256:1", entries=3)
WHAT = Ingestion(files=(FILE,), roots=("disks",), most_entries=2, most_bytes=100)
LINKS = Execution(submit_progress="p", submit_results="d", get_status="s", cancel="c")


@pytest.fixture
def ingestions(journal_url: str) -> Iterator[Ingestions]:
    store = JournalStore(journal_url)
    yield Ingestions(store, environment="local")
    store.close()


def begun(on: Ingestions) -> int:
    return on.begin(DISKS, WHAT, at="t", runner="me")


def test_a_journal_that_is_not_there_has_none(ingestions: Ingestions) -> None:
    assert ingestions.open_ones() == ()


def test_what_was_begun_is_remembered(ingestions: Ingestions) -> None:
    number = begun(ingestions)
    (record,) = ingestions.open_ones(["disks"])
    assert (record.state, record.execution, record.ingestion) == (IngestState.STARTING, None, WHAT)
    ingestions.started(number, LINKS)
    ingestions.chunk_taken(number, 2, "b")
    ingestions.chunk_taken(number, 1, "a")
    (record,) = ingestions.open_ones()
    assert (record.state, record.execution) == (IngestState.INGESTING, LINKS)
    assert record.sent == {1: "a", 2: "b"}
    assert ingestions.open_ones(["others"]) == ()


def test_what_was_ingested_is_history_newest_first(ingestions: Ingestions) -> None:
    assert past_ingestions(ingestions.store) == ()
    first, _ = begun(ingestions), begun(Ingestions(ingestions.store, environment="production"))
    ingestions.started(first, LINKS)
    for number in (1, 2):
        ingestions.chunk_taken(first, number, str(number))
    ingestions.end(first, IngestState.DONE, at="later", message="3 created")
    newest, oldest = past_ingestions(ingestions.store)
    assert (newest.environment, newest.state) == ("production", IngestState.STARTING)
    assert (newest.chunks, newest.ended_at, newest.message) == (0, None, None)
    assert oldest == PastIngestion(
        environment="local", source="disks", state=IngestState.DONE, entries=3, chunks=2,
        runner="me", started_at="t", ended_at="later", message="3 created",
    )  # fmt: skip


def test_another_environment_does_not_see_it(ingestions: Ingestions) -> None:
    begun(ingestions)
    assert Ingestions(ingestions.store, environment="production").open_ones() == ()


def test_what_has_ended_is_open_no_more(ingestions: Ingestions) -> None:
    number = begun(ingestions)
    ingestions.started(number, LINKS)
    ingestions.move(number, IngestState.COMPLETING)
    ingestions.move(number, IngestState.COMPLETING)
    ingestions.move(number, IngestState.PROCESSING)
    ingestions.end(number, IngestState.DONE, at="t", message="imported")
    assert ingestions.open_ones() == ()


def test_what_has_ended_does_not_go_on(ingestions: Ingestions) -> None:
    number = begun(ingestions)
    ingestions.end(number, IngestState.CANCELLED, at="t", message="")
    with pytest.raises(JournalError, match="as cancelled; it cannot become ingesting"):
        ingestions.started(number, LINKS)


def test_how_many_entries_a_stream_has_is_not_known() -> None:
    stream = DataFile(path=None, format=None, digest=None, entries=None)
    several = Ingestion(files=(FILE, FILE), roots=("disks",), most_entries=2, most_bytes=100)
    assert several.entries == 6
    assert Ingestion(files=(FILE, stream), roots=(), most_entries=1, most_bytes=1).entries is None
