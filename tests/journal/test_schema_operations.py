"""Schema operations in the journal, on SQLite and on PostgreSQL alike."""

import itertools
from typing import Any

import pytest
from sqlalchemy import update

from reconciler.errors import JournalError
from reconciler.journal.in_flight import WriteTarget
from reconciler.journal.receipts import baseline_of
from reconciler.journal.runs import Journal
from reconciler.journal.tables import schema_operations as table
from reconciler.model.source import SourceRef
from reconciler.outcome.records import OPEN, SCHEMA_TRANSITIONS, State
from reconciler.planning.object_schema.operation import SchemaKind
from reconciler.planning.plan import Plan
from reconciler.value import replace
from tests.support.documents.site_document import DOCUMENT
from tests.support.stages.journal import opened, plan, planned, rename, renaming

ELSEWHERE = WriteTarget(
    run_id=99, source="other", workspace_id="w", import_source_id="other", schema_id=None
)
ENDS = tuple(state for state in State if state not in {*OPEN, State.ACCEPTED})


def begun(journal: Journal, made: Plan, at: str = "t0") -> tuple[int, list[int]]:
    run_id, _ = journal.begin(made, at=at, runner="r")
    return run_id, [each.id for each in journal.schema_operations.of(run_id, "a")]


def bring_to(journal: Journal, record_id: int, state: State) -> None:
    if state is not State.NOT_STARTED:
        intend(journal, record_id)
    if state not in {State.NOT_STARTED, State.SENDING}:
        journal.schema_operations.end(record_id, state, at="t2", message="m")


def intend(journal: Journal, record_id: int, at: str = "t1") -> None:
    calls = journal.schema_operations
    calls.intend(record_id, at=at, before={"name": "Old"})


def test_a_run_remembers_each_with_its_end(journal_url: str) -> None:
    with opened(journal_url) as journal:
        run_id, (first, _) = begun(journal, renaming("7", "8"))
        intend(journal, first)
        journal.schema_operations.end(first, State.DONE, at="t2", message="fine")
    with opened(journal_url) as journal:
        (run,) = journal.runs()
        assert run.schema_operations == journal.schema_operations.of(run_id, "a")
    done, left = run.schema_operations
    assert (done.number, done.source, done.schema_id, done.kind) == (0, "a", "41", "rename")
    assert (done.method, done.path, done.body) == ("PUT", "objecttype/7", {"name": "Größe 7"})
    assert (done.element_id, done.element_name) == ("7", "Old 7")
    assert done.settles == ("a/objectTypes[7]/name",)
    assert (done.state, done.sent_at, done.ended_at) == (State.DONE, "t1", "t2")
    assert (done.message, done.before) == ("fine", {"name": "Old"})
    assert (left.number, left.state, left.sent_at) == (1, State.NOT_STARTED, None)
    assert (left.before, left.message) == (None, None)


def test_a_run_of_nothing_else_begins_once(journal_url: str) -> None:
    """A transaction that was committed, though nobody heard of it, is found by the next try."""
    with opened(journal_url) as journal:
        made = renaming("7", sends=False)
        run_id, operations = journal.begin(made, at="t0", runner="r")
        assert operations == {}
        assert journal.unfinished("local") is not None
        assert [each.id for each in journal.runs()] == [run_id]


def test_states_follow_the_table(journal_url: str) -> None:
    def move(record_id: int, after: State) -> None:
        if after is State.SENDING:
            intend(journal, record_id, at="t3")
        elif after is State.NOT_STARTED:
            journal.schema_operations.put_back(record_id, sent_at="t1")
        else:
            journal.schema_operations.end(record_id, after, at="t3", message="other")

    states = [state for state in State if state is not State.ACCEPTED]
    with opened(journal_url) as journal:
        for number, (before, after) in enumerate(itertools.product(states, states)):
            run_id, (record_id,) = begun(journal, renaming("7"), at=f"t{number}")
            bring_to(journal, record_id, before)
            if after in SCHEMA_TRANSITIONS[before]:
                move(record_id, after)
                assert journal.schema_operations.of(run_id, "a")[0].state is after
            elif (before, after) != (State.NOT_STARTED, State.NOT_STARTED):
                with pytest.raises(JournalError, match="schema operation of a"):
                    move(record_id, after)


def test_a_later_intent_is_not_put_back(journal_url: str) -> None:
    with opened(journal_url) as journal:
        _, (record_id,) = begun(journal, renaming("7"))
        intend(journal, record_id)
        intend(journal, record_id, at="t2")
        with pytest.raises(JournalError, match="cannot become not-started"):
            journal.schema_operations.put_back(record_id, sent_at="t1")


@pytest.mark.parametrize("state", ENDS)
def test_a_source_is_open_until_one_is_not_done(journal_url: str, state: State) -> None:
    """What stands behind it is not started any more; behind one that is done it is."""
    with opened(journal_url) as journal:
        _, (first, second) = begun(journal, renaming("7", "8"))
        bring_to(journal, first, state)
        (run,) = journal.runs()
        is_open = state is State.DONE
        assert run.open_sources() == ({"a"} if is_open else set())
        assert (journal.unfinished("local") is not None) is is_open
        if not is_open:
            return
        bring_to(journal, second, State.DONE)
        assert journal.runs()[0].open_sources() == {"a"}, "the PATCH is left"
        assert journal.runs()[0].open_sources(later={"a"}) == set()
        assert journal.runs()[0].acted_on == {"a"}


def test_in_flight_are_those_on_an_object_schema_and_those_of_a_source(journal_url: str) -> None:
    with opened(journal_url) as journal:
        run_id, operations = journal.begin(renaming("7"), at="t0", runner="r")
        (call,) = journal.schema_operations.of(run_id, "a")
        bring_to(journal, call.id, State.SENDING)
        journal.intend(operations["a"], at="t1", live_digest="sha256:l")

        def found(**other: Any) -> set[int]:
            target = replace(ELSEWHERE, **other)
            both = (journal.in_flight(target), journal.schema_operations.in_flight(target))
            return {len(each) for each in both}

        assert found(schema_id="41") == {1}
        assert found(import_source_id="a") == {1}
        assert found(schema_id="41", run_id=run_id, source="a") == {0}
        assert found(schema_id="41", workspace_id="v") == {0}
        assert found(schema_id="42") == {0}
        assert found() == {0}


def test_a_receipt_knows_what_was_to_be_deleted_after_it(journal_url: str) -> None:
    """Its mapping has it no more by then, nor has its manifest: nothing else says whose it is."""
    gone = replace(rename("7").object, external_id="seven")
    deletion = replace(rename("7"), kind=SchemaKind.DELETE, method="DELETE", body=None, object=gone)
    made = plan(
        replace(planned("a", body=DOCUMENT), schema_operations=(rename("8"), deletion)),
        planned("b", body=DOCUMENT),
    )
    with opened(journal_url) as journal:
        _, operations = journal.begin(made, at="t0", runner="r")
        for operation in operations.values():
            journal.intend(operation, at="t1", live_digest="sha256:l")
            journal.end(operation, State.DONE, at="t2", message="m")
        receipts = journal.receipts("local")
        for name, deletes in (("a", {"seven"}), ("b", set())):
            ref = SourceRef(name=name, import_source_id=name, workspace_id="w")
            base = baseline_of(ref, [replace(r, desired=None) for r in receipts[name]], None)
            assert base is not None
            assert base.deletes == deletes


@pytest.mark.parametrize("values", [{"state": "odd"}, {"body": "{"}, {"settles": "7"}])
def test_what_no_version_writes_is_a_damaged_journal(
    journal_url: str, values: dict[str, str]
) -> None:
    with opened(journal_url) as journal:
        begun(journal, renaming("7"))
        with journal.store.writing() as db:
            db.execute(update(table).values(**values))
        with pytest.raises(JournalError, match="damaged"):
            journal.runs()
