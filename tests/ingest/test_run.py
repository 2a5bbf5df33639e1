"""An ingestion from its data to objects, whatever happens on the way."""

import asyncio
import contextlib
import io
import itertools
import json
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from reconciler.backend.import_sources import ExecutionStatus
from reconciler.data.stream import open_bytes
from reconciler.errors import BackendError, Conflict, DataError, JournalError, ReconcilerError
from reconciler.ingest.foreign_execution import end_foreign, find_foreign
from reconciler.ingest.options import IngestOptions
from reconciler.ingest.run import cancel, ingest, resume
from reconciler.journal.leases import this_runner
from reconciler.model.source import ConfigStatus
from reconciler.outcome.events import ChunkTaken, IngestEvent, Watched
from reconciler.outcome.ingestions import Ingestion, IngestState
from reconciler.outcome.results import IngestEnding, IngestReport
from reconciler.value import replace
from tests.support.stages.ingest import DISKS, IngestStage, Killed

NUMBER = 10
ALL = sorted(f"Disk {n}" for n in range(NUMBER))


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[IngestStage]:
    with IngestStage(tmp_path) as made:
        yield made


def test_data_become_objects(stage: IngestStage) -> None:
    report = stage.ingest(stage.ingestion(stage.file(NUMBER)))
    assert (report.ending, report.sent, report.error) == (IngestEnding.DONE, NUMBER, None)
    assert report.result is not None
    assert [(t.name, t.created) for t in report.result.types] == [("Disk", 10), ("File", 0)]
    assert stage.labels() == ALL
    assert stage.open_ones() == ()
    # Four chunks of three entries at most, and `completed` alone.
    assert [len(p["data"]["disks"]) for p in stage.wire.posts[:-1]] == [3, 3, 3, 1]
    assert stage.wire.posts[-1] == {"completed": True}


def test_objects_that_fail_are_no_success(stage: IngestStage) -> None:
    path = stage.directory / "files.json"
    path.write_text(json.dumps({"files": [{"path": "/f"}, {"path": "/g", "owner": "me"}]}))
    report = stage.ingest(stage.ingestion(path))
    assert (report.ending, str(report.error)) == (
        IngestEnding.WITH_ERRORS,
        "imported with 1 failed: not as the data say",
    )
    assert (stage.labels(), stage.open_ones()) == (["/g"], ())


def test_each_file_is_read_once_to_check_and_once_to_send(
    stage: IngestStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []

    def opening(path: Path) -> io.BufferedReader:
        opened.append(path)
        return open_bytes(path)

    for module in ("data.reader", "ingest.data_files"):
        monkeypatch.setattr(f"reconciler.{module}.open_bytes", opening)
    path = stage.file(NUMBER)
    assert stage.ingest(stage.ingestion(path)).ending is IngestEnding.DONE
    assert opened == [path, path]


def test_several_files_are_one_import(stage: IngestStage) -> None:
    paths = stage.file(2), stage.file(NUMBER, "more.json")
    report = stage.ingest(stage.ingestion(*paths))
    assert (report.ending, report.sent) == (IngestEnding.DONE, 2 + NUMBER)
    assert stage.labels() == ALL


@pytest.mark.parametrize("most", [1, 3])
def test_no_more_chunks_fly_than_are_asked_for(tmp_path: Path, most: int) -> None:
    with IngestStage(tmp_path, latency=1.0) as stage:
        stage.ingest(stage.ingestion(stage.file(30)), parallelism=most)
        assert stage.wire.most_flying == most


def test_progress_is_told_to_people_and_to_the_api(tmp_path: Path) -> None:
    with IngestStage(tmp_path, latency=1.0) as stage:
        stage.ingest(stage.ingestion(stage.file(NUMBER)), parallelism=1)
        done = [e.done for e in stage.told if isinstance(e, ChunkTaken)]
        assert done == [3, 6, 9, 10]
        assert all(e.entries == NUMBER for e in stage.told if isinstance(e, ChunkTaken))
        assert stage.requests()["put-progress"] > 1


# What happens on the way → how often the first chunk goes out.
PASSING = {
    "an answer that is lost": ("post-data:drop-after:1", 2),
    "a cut before it acted": ("post-data:drop-before:1", 2),
    "a gateway that gave up waiting": ("post-data:504:1", 2),
    "a rate limit": ("post-data:429=1:1", 2),
    "a log-in page": ("post-data:html:1", 2),
    "progress that nobody takes": ("put-progress:500", 1),
    "a status that does not come": ("get-execution-status:502:9", 1),
}


@pytest.mark.parametrize("case", PASSING)
def test_what_passes_is_waited_for(case: str, tmp_path: Path) -> None:
    fault, times = PASSING[case]
    with IngestStage(tmp_path, fault) as stage:
        report = stage.ingest(stage.ingestion(stage.file(NUMBER)), parallelism=1)
        assert report.ending is IngestEnding.DONE, report
        assert stage.labels() == ALL
        assert stage.wire.chunk_ids[stage.wire.posts[0]["clientGeneratedId"]] == times
        assert report.result is not None
        assert report.result.entries == NUMBER


def test_the_answer_to_completed_may_be_lost(stage: IngestStage) -> None:
    def cut(request: httpx.Request) -> None:
        if json.loads(request.content or b"{}") == {"completed": True}:
            stage.add_faults("post-data:drop-after:1")

    stage.wire.on_request.append(cut)
    report = stage.ingest(stage.ingestion(stage.file(NUMBER)))
    assert (report.ending, stage.labels()) == (IngestEnding.DONE, ALL)


def test_a_refusal_ends_the_execution_and_is_in_its_history(stage: IngestStage) -> None:
    stage.add_faults("post-data:refuse=TOO_LARGE:1")
    report = stage.ingest(stage.ingestion(stage.file(NUMBER)))
    assert report.ending is IngestEnding.FAILED
    assert "TOO_LARGE" in str(report.error)
    assert "nothing is imported" in (report.note or "")
    status, errors = stage.latest()
    assert status == "DONE"
    assert "TOO_LARGE" in (errors or "")
    assert (stage.labels(), stage.open_ones()) == ([], ())


def test_standard_input_without_an_entry_is_no_import(
    stage: IngestStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = io.TextIOWrapper(io.BytesIO(b'{"data": {"disks": [{"id": 1}]}}'))
    monkeypatch.setattr(sys, "stdin", data)
    report = stage.ingest(stage.ingestion(None))
    assert (report.ending, "hold nothing" in str(report.error)) == (IngestEnding.FAILED, True)
    assert not stage.wire.posts, "an import of nothing may delete every object"


def test_where_the_history_takes_nothing_the_execution_is_cancelled(stage: IngestStage) -> None:
    stage.add_faults("post-data:refuse=TOO_LARGE:1", "fail-execution:500")
    report = stage.ingest(stage.ingestion(stage.file(NUMBER)))
    assert report.ending is IngestEnding.FAILED
    assert "could not be recorded" in (report.note or "")
    assert stage.latest()[0] == "CANCELLED"


def test_data_that_change_in_mid_run_are_not_imported(stage: IngestStage) -> None:
    path = stage.file(NUMBER)
    ingestion = stage.ingestion(path)
    path.write_text(path.read_text().replace("Disk 9", "Disk X"))
    report = stage.ingest(ingestion)
    assert report.ending is IngestEnding.FAILED
    assert "data.json has changed since it was checked" in str(report.error)
    assert "nothing is imported" in (report.note or "")
    assert stage.labels() == []


def test_data_that_break_in_mid_run_are_not_imported(stage: IngestStage) -> None:
    path = stage.file(NUMBER)
    ingestion = stage.ingestion(path)
    path.write_text(path.read_text()[:-2])
    report = stage.ingest(ingestion)
    assert report.ending is IngestEnding.FAILED
    assert isinstance(report.error, DataError)
    assert stage.labels() == []


@pytest.mark.parametrize(
    ("status", "code", "hint"),
    [
        (ConfigStatus.DISABLED, "DISABLED", "enable it in Assets"),
        (ConfigStatus.MISSING_MAPPING, "MISSING_MAPPING", "reconciler apply disks"),
        (ConfigStatus.RUNNING, "IN_PROGRESS", "ingest status --watch disks"),
    ],
)
def test_why_nothing_can_begin_is_told(
    status: ConfigStatus, code: str, hint: str, stage: IngestStage
) -> None:
    ingestion = stage.ingestion(stage.file(NUMBER))
    stage.force_status("disks", status)
    with pytest.raises(Conflict) as caught:
        stage.ingest(ingestion)
    assert caught.value.code == code
    assert hint in (caught.value.hint or "")
    assert stage.wire.posts == []
    assert stage.open_ones() == ()


def test_another_execution_is_in_the_way(stage: IngestStage) -> None:
    stage.run(stage.backend().start_execution(DISKS))
    ingestion = stage.ingestion(stage.file(NUMBER))
    with pytest.raises(Conflict, match="somebody of whom this journal does not know") as caught:
        stage.ingest(ingestion)
    assert caught.value.code == "IN_PROGRESS"
    assert "reconciler ingest cancel --foreign disks" in (caught.value.hint or "")
    found = stage.foreign()
    assert (found.second.status, found.moves) == ("INGESTING", False)
    assert replace(found, first=ExecutionStatus(status="STARTING", progress_result={})).moves
    assert stage.run(end_foreign(stage.ingest_ports(), found)).ending is IngestEnding.CANCELLED
    assert stage.run(find_foreign(stage.ingest_ports(), DISKS)) is None
    assert stage.run(end_foreign(stage.ingest_ports(), found)).note == "it had ended already"
    assert stage.ingest(ingestion).ending is IngestEnding.DONE


@pytest.mark.parametrize(
    ("fault", "ends"),
    [
        ("get-execution-status:status=404:2", IngestEnding.CANCELLED),
        ("get-execution-status:500:20", IngestEnding.CANCELLED),
        ("cancel-execution:500:20", None),
        ("cancel-execution:drop-after", IngestEnding.CANCELLED),
    ],
)
def test_one_that_answers_badly_can_be_ended(
    stage: IngestStage, fault: str, ends: IngestEnding | None
) -> None:
    stage.run(stage.backend().start_execution(DISKS))
    stage.add_faults(fault)
    found = stage.foreign()
    assert isinstance(found.second, BackendError) is fault.startswith("get-")
    if ends is None:
        with pytest.raises(ReconcilerError, match="was not cancelled, its source is still RUN"):
            stage.run(end_foreign(stage.ingest_ports(), found))
    else:
        assert stage.run(end_foreign(stage.ingest_ports(), found)).ending is ends


def test_one_that_was_left_open_is_in_the_way(stage: IngestStage) -> None:
    stage.add_faults("post-data:503")
    ingestion = stage.ingestion(stage.file(NUMBER))
    left = stage.ingest(ingestion)
    assert left.ending is IngestEnding.OPEN
    assert "ingest resume disks" in (left.note or "")
    with pytest.raises(ReconcilerError, match=r"begun by stage@.* has not ended") as caught:
        stage.ingest(ingestion)
    assert "ingest cancel disks" in (caught.value.hint or "")


def test_cancelled_elsewhere_is_said(stage: IngestStage) -> None:
    async def ingesting() -> IngestReport:
        other, ports = stage.backend(), stage.ingest_ports()

        def end(event: IngestEvent) -> None:
            if isinstance(event, ChunkTaken) and event.done == 3:
                (record,) = stage.open_ones()
                assert record.execution is not None
                ended.append(asyncio.ensure_future(other.cancel_execution(DISKS, record.execution)))

        ended: list[asyncio.Future[None]] = []
        ports = replace(ports, emit=end)
        report = await ingest(ports, DISKS, ingestion, IngestOptions(parallelism=1))
        await asyncio.gather(*ended)
        return report

    ingestion = stage.ingestion(stage.file(30))
    report: IngestReport = stage.run(ingesting())
    assert report.ending is IngestEnding.CANCELLED
    assert "not by this run" in str(report.error)
    assert (stage.labels(), stage.open_ones()) == ([], ())


def test_a_request_to_stop_cancels_the_execution(tmp_path: Path) -> None:
    with IngestStage(tmp_path, latency=1.0) as stage:
        _stopped_in_mid_run(stage)


def _stopped_in_mid_run(stage: IngestStage) -> None:
    def stop(request: httpx.Request) -> None:
        if request.url.path.endswith("/data") and len(stage.wire.posts) == 1:
            stage.stop.request()

    stage.wire.on_request.append(stop)
    report = stage.ingest(stage.ingestion(stage.file(NUMBER)), parallelism=1)
    assert report.ending is IngestEnding.INTERRUPTED
    assert report.note == "the execution was cancelled, and nothing is imported"
    assert report.sent == 3
    assert stage.latest()[0] == "CANCELLED"
    assert stage.open_ones() == ()


def test_after_completed_nothing_is_cancelled(stage: IngestStage) -> None:
    def stop(_: httpx.Request) -> None:
        if {"completed": True} in stage.wire.posts:
            stage.stop.request()

    stage.wire.on_request.append(stop)
    report = stage.ingest(stage.ingestion(stage.file(NUMBER)))
    assert report.ending is IngestEnding.INTERRUPTED
    assert "Assets goes on with them" in (report.note or "")
    assert stage.requests()["cancel-execution"] == 0
    stage.wire.on_request.clear()
    assert stage.resume().ending is IngestEnding.DONE
    assert stage.labels() == ALL


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_process_that_dies_anywhere_is_taken_up(tmp_path: Path, *, after: bool) -> None:
    """At each request: the next process ends it, and no chunk that was taken goes out again."""
    for number in itertools.count():
        (place := tmp_path / str(number)).mkdir()
        with IngestStage(place) as stage:
            stage.wire.dies_at, stage.wire.after = number, after
            ingestion = stage.ingestion(stage.file(NUMBER))
            if not died(stage, ingestion):
                break
            stage.wire.dies_at = None
            stage.runner = this_runner("the next process")
            take_up(stage, ingestion)
    assert number > 8


def died(stage: IngestStage, ingestion: Ingestion) -> bool:
    try:
        stage.ingest(ingestion, parallelism=1)
    except (Killed, BaseExceptionGroup):
        return True
    return False


def take_up(stage: IngestStage, ingestion: Ingestion) -> None:
    """Do what a user would do next: objects are there in the end, unless that is refused."""
    record = next(iter(stage.open_ones()), None)
    if record is not None and record.execution is not None:
        before = stage.wire.chunk_ids
        assert stage.resume().ending is IngestEnding.DONE
        again = stage.wire.chunk_ids - before
        assert not set(record.sent.values()) & set(again)
    elif record is not None and stage.requests()["start-execution"]:
        # The execution has begun, and its links are in the config status alone.
        with pytest.raises(ReconcilerError, match="whose links nobody knows") as caught:
            stage.resume()
        assert "reconciler ingest cancel --foreign disks" in (caught.value.hint or "")
        found = stage.foreign()
        assert stage.run(end_foreign(stage.ingest_ports(), found)).ending is IngestEnding.CANCELLED
        assert stage.open_ones() == ()
        return
    else:
        assert record is None or stage.resume().ending is IngestEnding.FAILED
        assert stage.ingest(ingestion).ending is IngestEnding.DONE
    assert (stage.labels(), stage.open_ones()) == (ALL, ())


def test_what_is_resumed_must_be_the_same_data(stage: IngestStage) -> None:
    path = stage.file(NUMBER)
    stage.add_faults("post-data:503:6")
    assert stage.ingest(stage.ingestion(path), parallelism=1).ending is IngestEnding.OPEN
    before = path.read_text()
    path.write_text(before + " ")
    with pytest.raises(DataError, match="has changed since it was checked"):
        stage.resume()
    path.write_text(before)
    assert stage.resume().ending is IngestEnding.DONE
    assert stage.labels() == ALL


def test_what_was_left_open_can_be_cancelled(stage: IngestStage) -> None:
    stage.add_faults("post-data:503:6")
    stage.ingest(stage.ingestion(stage.file(NUMBER)), parallelism=1)
    (record,) = stage.open_ones()
    assert stage.run(cancel(stage.ingest_ports(), record)).ending is IngestEnding.CANCELLED
    assert (stage.latest()[0], stage.open_ones()) == ("CANCELLED", ())


def test_an_execution_that_is_gone_is_over(stage: IngestStage) -> None:
    ingestion = stage.ingestion(stage.file(NUMBER))
    for end in ("cancel", "resume", "run"):
        stage.add_faults("post-data:503:6")
        stage.ingest(ingestion, parallelism=1)
        (record,) = stage.open_ones()
        stage.forget_executions()
        if end == "cancel":
            report = stage.run(cancel(stage.ingest_ports(), record))
            assert report.note == "it had ended already"
        elif end == "resume":
            assert stage.resume().ending is IngestEnding.FAILED
        assert stage.open_ones() == () or end == "run"
    assert stage.ingest(ingestion).ending is IngestEnding.DONE


def test_what_the_journal_cannot_keep_is_cancelled(stage: IngestStage) -> None:
    def lose_the_table(request: httpx.Request) -> None:
        if request.method == "POST" and request.url.path.endswith("/executions"):
            with contextlib.closing(sqlite3.connect(stage.journal_path)) as db, db:
                db.execute("DROP TABLE ingestions")

    stage.wire.on_request.append(lose_the_table)
    with pytest.raises(JournalError):
        stage.ingest(stage.ingestion(stage.file(NUMBER)))
    assert stage.latest()[0] == "CANCELLED"


@pytest.mark.parametrize("answers", ["500:20", "drop-after"])
def test_whether_it_was_cancelled_is_told_where_no_answer_says_so(
    stage: IngestStage, answers: str
) -> None:
    stage.add_faults("post-data:503:6", f"cancel-execution:{answers}")
    stage.ingest(stage.ingestion(stage.file(NUMBER)), parallelism=1)
    (record,) = stage.open_ones()
    if answers == "drop-after":
        report = stage.run(cancel(stage.ingest_ports(), record))
        assert report.ending is IngestEnding.CANCELLED
        assert stage.open_ones() == ()
    else:
        with pytest.raises(ReconcilerError, match="disks was not cancelled, it goes on: DELETE"):
            stage.run(cancel(stage.ingest_ports(), record))


@pytest.mark.parametrize("command", ["resume", "cancel"])
def test_what_ended_elsewhere_is_told_as_it_ended(stage: IngestStage, command: str) -> None:
    stage.add_faults("post-data:503:6")
    stage.ingest(stage.ingestion(stage.file(NUMBER)), parallelism=1)
    (record,) = stage.open_ones()
    assert record.execution is not None
    stage.run(stage.backend().record_failure(DISKS, record.execution, "broken"))
    if command == "cancel":
        report = stage.run(cancel(stage.ingest_ports(), record))
        assert report.note == "it had ended already"
    else:
        stage.ingestions.end(record.id, IngestState.FAILED, at="t", message="")
        report = stage.run(resume(stage.ingest_ports(), record, IngestOptions()))
        assert report.note == "it has ended meanwhile"
    assert report.ending is IngestEnding.FAILED


def test_what_is_all_sent_cannot_be_cancelled(tmp_path: Path) -> None:
    with IngestStage(tmp_path, duration=1000.0) as stage:
        left = stage.ingest(stage.ingestion(stage.file(NUMBER)), timeout=5.0)
        assert left.ending is IngestEnding.OPEN
        assert "had not gone on after 5 s" in str(left.error)
        (record,) = stage.open_ones()
        with pytest.raises(ReconcilerError, match="cannot be cancelled any more: all its data"):
            stage.run(cancel(stage.ingest_ports(), record))
        found = stage.foreign()
        with pytest.raises(ReconcilerError, match="disks cannot be cancelled: all its data"):
            stage.run(end_foreign(stage.ingest_ports(), found))
        assert stage.resume().ending is IngestEnding.DONE
        assert any(isinstance(e, Watched) and e.status == "DONE" for e in stage.told)
