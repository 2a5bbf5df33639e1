"""The journal, on SQLite and on PostgreSQL alike: what was sent and how it ended."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from reconciler.errors import JournalError
from reconciler.journal.in_flight import WriteTarget
from reconciler.journal.runs import Journal
from reconciler.journal.tables import bodies, operations
from reconciler.model.address import Address
from reconciler.model.canonical import digest
from reconciler.outcome.records import EFFECTIVE, OPEN, TRANSITIONS, Attempt, ReadBackFinding, State
from reconciler.planning.plan import (
    Plan,
)
from reconciler.planning.plan_file import read_plan
from reconciler.value import replace
from tests.support.stages.journal import BODY, begun, opened, plan, planned


def bring_to(journal: Journal, state: State) -> int:
    operation_id = begun(journal)
    if state is not State.NOT_STARTED:
        journal.intend(operation_id, at="t1", live_digest="sha256:l")
    if state is State.ACCEPTED:
        journal.accept(operation_id, progress_url="http://x/1")
    elif state not in {State.NOT_STARTED, State.SENDING}:
        journal.end(operation_id, state, at="t2", message="m")
    return operation_id


def test_a_run_is_remembered_with_all_that_was_sent_and_how_it_ended(journal_url: str) -> None:
    with opened(journal_url) as journal:
        run_id, operations = journal.begin(
            plan(planned("a"), planned("b"), planned("c", sends=False)), at="t0", runner="r"
        )
        assert set(operations) == {"a", "b"}
        journal.intend(operations["a"], at="t1", live_digest="sha256:now")
        journal.accept(operations["a"], progress_url="http://x/progress/1")
        attempt = Attempt(address=Address.parse("a/x"), value=[1], took_effect=False)
        found = ReadBackFinding(live={"schema": {}}, attempts=(attempt,))
        journal.end(operations["a"], State.DONE, at="t2", message="fine", found=found)
        journal.finish(run_id, at="t3", interrupted=True)
    with opened(journal_url) as journal:
        (run,) = journal.runs()
    assert (run.environment, run.started_at, run.ended_at) == ("local", "t0", "t3")
    assert (run.interrupted, run.runner) == (True, "r")
    assert run.plan_digest == plan(planned("a"), planned("b"), planned("c", sends=False)).digest
    a, b = run.operations
    assert (a.source, a.method, a.path) == ("a", "PUT", "importsource/a/mapping")
    assert (a.import_source_id, a.workspace_id, a.query) == ("a", "w", {"async": "true"})
    assert (a.body_digest, a.desired_digest) == (digest(BODY), digest({}))
    assert a.live_digest == "sha256:now"
    assert (a.state, a.progress_url) == (State.DONE, "http://x/progress/1")
    assert (a.sent_at, a.ended_at, a.message) == ("t1", "t2", "fine")
    assert a.read_back_digest == digest({"schema": {}})
    assert (b.state, b.sent_at, b.progress_url) == (State.NOT_STARTED, None, None)
    with opened(journal_url) as journal:
        (receipt,) = journal.receipts("local")["a"]
    assert (receipt.desired, receipt.live) == ({}, {"schema": {}})
    assert receipt.attempts == (attempt,)


def test_runs_come_newest_first(journal_url: str) -> None:
    with opened(journal_url) as journal:
        begun(journal, "first")
        begun(journal, "second")
        assert [run.operations[0].source for run in journal.runs()] == ["second", "first"]


def test_receipts_are_the_operations_that_acted_on_the_source(journal_url: str) -> None:
    with opened(journal_url) as journal:
        for state, name in [
            (State.DONE, "old"),
            (State.NOT_CONVERGED, "new"),
            (State.FAILED, "refused"),
            (State.UNKNOWN, "lost"),
        ]:
            _, operations = journal.begin(
                plan(planned("a", body={"name": name})), at="t0", runner="r"
            )
            journal.intend(operations["a"], at="t1", live_digest="sha256:l")
            journal.end(operations["a"], state, at="t2", message="")
        bring_to(journal, State.SENDING)
        receipts = journal.receipts("local")
        assert [r.body for r in receipts["a"]] == [{"name": "old"}, {"name": "new"}]
        assert journal.receipts("production") == {}
        assert "b" not in receipts


def test_a_plan_is_applied_once_and_another_just_like_it_is_another(journal_url: str) -> None:
    made = plan(planned("a"), planned("b"))
    with opened(journal_url) as journal:
        for name, state in [("a", State.DONE), ("b", State.FAILED)]:
            _, operations = journal.begin(made, at="t0", runner="r")
            journal.intend(operations[name], at="t1", live_digest="sha256:l")
            journal.end(operations[name], state, at="t2", message="")

        def applied(again: Plan) -> dict[str, bool]:
            _, operations = journal.begin(again, at="t3", runner="r")
            return {name: journal.was_applied(number) for name, number in operations.items()}

        assert applied(made) == {"a": True, "b": False}, "what failed may be sent again"
        assert applied(replace(made, created_at="later")) == {"a": False, "b": False}
        assert applied(replace(made, environment="production")) == {"a": False, "b": False}


def test_what_is_in_flight_on_a_source_is_known_to_whoever_writes_to_it(journal_url: str) -> None:
    with opened(journal_url) as journal:
        first = begun(journal)
        again, other = (
            WriteTarget(
                run_id=99, source="a", workspace_id="w", import_source_id=target, schema_id=None
            )
            for target in ("a", "b")
        )
        assert journal.in_flight(again) == ()
        journal.intend(first, at="t1", live_digest="sha256:l")
        for state in (State.SENDING, State.ACCEPTED, State.UNKNOWN):
            if state is State.ACCEPTED:
                journal.accept(first, progress_url=None)
            if state is State.UNKNOWN:
                journal.end(first, State.UNKNOWN, at="t2", message="")
            assert [(o.id, o.state) for o in journal.in_flight(again)] == [(first, state)]
            (run,) = journal.runs()
            assert journal.in_flight(replace(again, run_id=run.id)) == (), "its own"
            assert journal.in_flight(other) == ()
        journal.end(first, State.DONE, at="t3", message="")
        assert journal.in_flight(again) == ()


def test_a_body_comes_back_as_it_was_sent_and_is_kept_once(journal_url: str) -> None:
    with opened(journal_url) as journal:
        for _ in range(2):
            bring_to(journal, State.DONE)
        assert [r.body for r in journal.receipts("local")["a"]] == [BODY, BODY]
        with journal.store.reading() as db:
            sent_and_desired = db.execute(select(func.count()).select_from(bodies)).scalar_one()
    assert sent_and_desired == 2


def test_a_state_follows_another_only_as_the_table_says(journal_url: str) -> None:
    def move(operation_id: int, after: State) -> None:
        match after:
            case State.SENDING:
                journal.intend(operation_id, at="t3", live_digest="sha256:l")
            case State.ACCEPTED:
                journal.accept(operation_id, progress_url=None)
            case State.NOT_STARTED:
                journal.put_back(operation_id)
            case _:
                journal.end(operation_id, after, at="t3", message="")

    with opened(journal_url) as journal:
        for before, after in itertools.product(State, State):
            operation_id = bring_to(journal, before)
            if after in TRANSITIONS[before] or after is before is State.NOT_STARTED:
                move(operation_id, after)
                assert journal.operation(operation_id).state is after
            else:
                with pytest.raises(JournalError, match=f"as {before}; it cannot become {after}"):
                    move(operation_id, after)
                assert journal.operation(operation_id).state is before


def test_every_state_can_be_reached_and_only_the_effective_ones_make_receipts() -> None:
    reachable = {State.NOT_STARTED}.union(*TRANSITIONS.values())
    assert {s for s in State if TRANSITIONS[s]} == set(OPEN)
    assert reachable == set(State) == set(TRANSITIONS)
    assert all(not TRANSITIONS[state] for state in EFFECTIVE)


def test_a_journal_that_does_not_exist_is_empty(journal_url: str) -> None:
    with opened(journal_url) as journal:
        assert journal.runs() == ()
        assert journal.receipts("local") == {}


def test_the_newest_run_with_something_open_is_what_is_resumed(journal_url: str) -> None:
    with opened(journal_url) as journal:
        first = bring_to(journal, State.ACCEPTED)
        run_id, operations = journal.begin(
            plan(planned("b"), planned("c")), at="t5", runner="somebody"
        )
        for name in ("b", "c"):
            journal.intend(operations[name], at="t6", live_digest="sha256:l")
            journal.end(operations[name], State.DONE, at="t7", message="")
        journal.finish(run_id, at="t8", interrupted=False)
        found = journal.unfinished("local")
        assert found is not None
        run, kept = found
        assert [o.id for o in run.operations] == [first]
        assert read_plan(kept) == plan(planned("a"))
        assert journal.unfinished("production") is None
        journal.end(first, State.FAILED, at="t9", message="")
        assert journal.unfinished("local") is None


def test_what_a_later_run_acted_on_is_not_resumed(journal_url: str) -> None:
    with opened(journal_url) as journal:
        earlier = bring_to(journal, State.NOT_STARTED)
        assert not journal.acted_later(earlier)
        bring_to(journal, State.DONE)
        assert journal.acted_later(earlier)
        assert journal.unfinished("local") is None


@pytest.mark.parametrize("later", [State.DONE, State.FAILED])
def test_what_may_have_been_sent_is_never_hidden_by_a_later_run(
    journal_url: str, later: State
) -> None:
    with opened(journal_url) as journal:
        earlier = bring_to(journal, State.UNKNOWN)
        bring_to(journal, later)
        found = journal.unfinished("local")
    assert found is not None
    assert [o.id for o in found[0].operations] == [earlier]


def test_two_runs_keep_the_same_documents_in_the_same_order(postgres: Path) -> None:
    """In orders of their own they would wait for each other's rows: a deadlock."""
    from tests.support.processes.postgres import new_schema  # noqa: PLC0415

    url = new_schema(postgres, "same_documents")
    names = [f"s{number}" for number in range(40)]
    plans = [plan(*(planned(n, body={"of": n}) for n in order)) for order in (names, names[::-1])]
    with opened(url) as one, opened(url) as other, ThreadPoolExecutor(2) as pool:
        for _ in range(5):
            begun_both = pool.map(
                lambda journal, made: journal.begin(made, at="t0", runner="r"), (one, other), plans
            )
            assert len(list(begun_both)) == 2
            with one.store.writing() as db:
                db.execute(delete(operations))
                db.execute(delete(bodies))
