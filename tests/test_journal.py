"""The journal: what was sent and how it ended, on disk."""

import sqlite3
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.applying.journal import Journal
from reconciler.applying.journal_file import APPLICATION_ID, SCHEMA, VERSION, journal_path
from reconciler.errors import JournalError
from reconciler.model.canonical import digest
from reconciler.model.source import ConfigStatus
from reconciler.outcome.records import EFFECTIVE, TRANSITIONS, Attempt, Finding, State
from reconciler.planning.plan import (
    Action,
    Convergence,
    Evidence,
    Operation,
    Plan,
    Reason,
    SourcePlan,
)

BODY = {"schema": {"objectSchema": {"name": "Größe"}}, "mapping": {}}


def planned(source: str, *, body: dict[str, object] = BODY, sends: bool = True) -> SourcePlan:
    operation = Operation(
        method="PUT",
        path=f"importsource/{source}/mapping",
        query={"async": "true"},
        body=body,
        body_digest=digest(body),
    )
    return SourcePlan(
        source=source,
        import_source_id=source,
        workspace_id="w",
        config_status=ConfigStatus.MISSING_MAPPING,
        action=Action.CREATE if sends else Action.NO_OP,
        reason=Reason(code="x", text="x"),
        operation=operation if sends else None,
        changes=(),
        residual=(),
        convergence=Convergence.PROVED,
        desired_digest="sha256:d",
        live_digest="sha256:l",
        evidence=Evidence(desired={}, live=None),
    )


def plan(*sources: SourcePlan, environment: str = "local") -> Plan:
    return Plan(tool_version="0", created_at="Z", environment=environment, sources=sources)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "journal.db"


def begun(journal: Journal, source: str = "a", environment: str = "local") -> int:
    _, operations = journal.begin(plan(planned(source), environment=environment), at="t0")
    return operations[source]


def bring_to(journal: Journal, state: State) -> int:
    operation_id = begun(journal)
    if state is not State.NOT_STARTED:
        journal.intend(operation_id, at="t1", live_digest="sha256:l")
    if state is State.ACCEPTED:
        journal.accept(operation_id, progress_url="http://x/1")
    elif state not in {State.NOT_STARTED, State.SENDING}:
        journal.end(operation_id, state, at="t2", message="m")
    return operation_id


def test_a_run_is_remembered_with_all_that_was_sent_and_how_it_ended(path: Path) -> None:
    with Journal(path) as journal:
        run_id, operations = journal.begin(
            plan(planned("a"), planned("b"), planned("c", sends=False)), at="t0"
        )
        assert set(operations) == {"a", "b"}
        journal.intend(operations["a"], at="t1", live_digest="sha256:now")
        journal.accept(operations["a"], progress_url="http://x/progress/1")
        attempt = Attempt(address="a/x", value=[1], took_effect=False)
        found = Finding(live={"schema": {}}, digest="sha256:r", attempts=(attempt,))
        journal.end(operations["a"], State.DONE, at="t2", message="fine", found=found)
        journal.finish(run_id, at="t3", interrupted=True)
    with Journal(path) as journal:
        (run,) = journal.runs()
    assert (run.environment, run.started_at, run.ended_at) == ("local", "t0", "t3")
    assert run.interrupted
    assert run.plan_digest == plan(planned("a"), planned("b"), planned("c", sends=False)).digest
    a, b = run.operations
    assert (a.source, a.method, a.path) == ("a", "PUT", "importsource/a/mapping")
    assert (a.import_source_id, a.workspace_id, a.query) == ("a", "w", {"async": "true"})
    assert (a.body_digest, a.desired_digest, a.live_digest) == (digest(BODY), "sha256:d",
                                                                "sha256:now")  # fmt: skip
    assert (a.state, a.progress_url) == (State.DONE, "http://x/progress/1")
    assert (a.sent_at, a.ended_at, a.message) == ("t1", "t2", "fine")
    assert a.read_back_digest == "sha256:r"
    assert (b.state, b.sent_at, b.progress_url) == (State.NOT_STARTED, None, None)
    with Journal(path) as journal:
        (receipt,) = journal.receipts("local")["a"]
    assert (receipt.desired, receipt.live) == ({}, {"schema": {}})
    assert receipt.attempts == (attempt,)


def test_runs_come_newest_first(path: Path) -> None:
    with Journal(path) as journal:
        begun(journal, "first")
        begun(journal, "second")
        assert [run.operations[0].source for run in journal.runs()] == ["second", "first"]


def test_what_another_process_sees_is_what_was_written_though_nothing_was_closed(
    path: Path,
) -> None:
    with Journal(path) as killed, Journal(path) as next_one:
        operation_id = begun(killed)
        killed.intend(operation_id, at="t1", live_digest="sha256:l")
        assert next_one.operation(operation_id).state is State.SENDING
        assert next_one.runs()[0].ended_at is None


def test_receipts_are_the_operations_that_acted_on_the_source(path: Path) -> None:
    with Journal(path) as journal:
        for state, name in [
            (State.DONE, "old"),
            (State.NOT_CONVERGED, "new"),
            (State.FAILED, "refused"),
            (State.UNKNOWN, "lost"),
        ]:
            _, operations = journal.begin(plan(planned("a", body={"name": name})), at="t0")
            journal.intend(operations["a"], at="t1", live_digest="sha256:l")
            journal.end(operations["a"], state, at="t2", message="")
        bring_to(journal, State.SENDING)
        receipts = journal.receipts("local")
        assert [(r.body["name"], r.operation.state) for r in receipts["a"]] == [
            ("old", State.DONE),
            ("new", State.NOT_CONVERGED),
        ]
        assert journal.receipts("production") == {}
        assert "b" not in receipts


def test_a_plan_is_applied_once_and_another_just_like_it_is_another(path: Path) -> None:
    with Journal(path) as journal:
        for name, state in [("a", State.DONE), ("b", State.FAILED)]:
            _, operations = journal.begin(plan(planned("a"), planned("b")), at="t0")
            journal.intend(operations[name], at="t1", live_digest="sha256:l")
            journal.end(operations[name], state, at="t2", message="")
        made = plan(planned("a"), planned("b"))
        assert journal.applied(made) == {"a"}, "what failed may be sent again"
        assert journal.applied(replace(made, created_at="later")) == frozenset()
        assert journal.applied(replace(made, environment="production")) == frozenset()


def test_a_journal_of_the_first_version_is_brought_up_to_date(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as db:
        first = SCHEMA.replace("    plan_created_at TEXT,\n", "").replace(
            ",\n    attempts TEXT", ""
        )
        db.executescript(first)
        db.execute(f"PRAGMA application_id={APPLICATION_ID}")
        db.execute("PRAGMA user_version=1")
        db.execute("INSERT INTO runs VALUES (1, 'local', 'sha256:p', 't0', NULL, 0)")
        db.execute("INSERT INTO bodies VALUES ('sha256:b', '{}')")
        db.execute(
            "INSERT INTO operations VALUES (1, 1, 'a', 'a', 'w', 'PUT', 'p', '{}', 'sha256:b', "
            "'sha256:d', 'sha256:l', 'done', NULL, 't1', 't2', 'm', 'sha256:r')"
        )
    db.close()
    with Journal(path) as journal:
        (receipt,) = journal.receipts("local")["a"]
        assert (receipt.body, receipt.desired, receipt.live, receipt.attempts) == (
            {},
            None,
            None,
            (),
        )
        begun(journal, "b")
        assert len(journal.runs()) == 2


def test_a_body_comes_back_as_it_was_sent_and_is_kept_once(path: Path) -> None:
    with Journal(path) as journal:
        for _ in range(2):
            bring_to(journal, State.DONE)
        assert [r.body for r in journal.receipts("local")["a"]] == [BODY, BODY]
    with sqlite3.connect(path) as db:
        sent_and_desired = db.execute("SELECT count(*) FROM bodies").fetchone()
        assert sent_and_desired == (2,)
    db.close()


@pytest.mark.parametrize("after", State)
@pytest.mark.parametrize("before", State)
def test_a_state_follows_another_only_as_the_table_says(
    path: Path, before: State, after: State
) -> None:
    def move(journal: Journal, operation_id: int) -> None:
        match after:
            case State.SENDING:
                journal.intend(operation_id, at="t3", live_digest="sha256:l")
            case State.ACCEPTED:
                journal.accept(operation_id, progress_url=None)
            case _:
                journal.end(operation_id, after, at="t3", message="")

    with Journal(path) as journal:
        operation_id = bring_to(journal, before)
        if after in TRANSITIONS[before]:
            move(journal, operation_id)
            assert journal.operation(operation_id).state is after
        else:
            with pytest.raises(JournalError, match=f"as {before}; it cannot become {after}"):
                move(journal, operation_id)
            assert journal.operation(operation_id).state is before


def test_every_state_can_be_reached_and_only_the_effective_ones_make_receipts() -> None:
    reachable = {State.NOT_STARTED}.union(*TRANSITIONS.values())
    assert reachable == set(State) == set(TRANSITIONS)
    assert all(not TRANSITIONS[state] for state in EFFECTIVE)


def test_a_journal_that_does_not_exist_is_empty_and_is_not_made_by_reading(path: Path) -> None:
    with Journal(path) as journal:
        assert journal.runs() == ()
        assert journal.receipts("local") == {}
        assert journal.applied(plan(planned("a"))) == frozenset()
    assert not path.parent.exists()


def test_the_file_and_its_directory_are_for_their_owner_only(path: Path) -> None:
    with Journal(path) as journal:
        begun(journal)
        modes = {f.name: stat.S_IMODE(f.stat().st_mode) for f in path.parent.iterdir()}
    assert modes["journal.db"] == 0o600
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def other_database(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE cats (name)")
    db.close()


def newer_journal(path: Path) -> None:
    with Journal(path) as journal:
        begun(journal)
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {VERSION + 1}")
    db.close()


def damaged_journal(path: Path) -> None:
    with Journal(path) as journal:
        begun(journal)
    damaged = bytearray(path.read_bytes())
    damaged[100:] = b"\xff" * (len(damaged) - 100)
    path.write_bytes(damaged)


UNUSABLE = {
    "not a database": (
        lambda path: path.write_text("hello, this is not a database" * 100),
        "cannot be opened: file is not a database",
        "move the file away",
    ),
    "a damaged journal": (damaged_journal, "malformed", "move the file away"),
    "somebody else's database": (
        other_database,
        "is an SQLite file, but not a journal",
        "to another path",
    ),
    "a journal of a newer version": (
        newer_journal,
        r"written by a newer reconciler \(format 3; this one knows 2\)",
        "update reconciler",
    ),
    "a directory": (Path.mkdir, "cannot be opened", "check the disk and the permissions"),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_an_unusable_journal_is_named_with_its_remedy(tmp_path: Path, case: str) -> None:
    make, message, hint = UNUSABLE[case]
    path = tmp_path / "journal.db"
    make(path)
    for attempt in (Journal.runs, begun):
        with Journal(path) as journal, pytest.raises(JournalError, match=message) as caught:
            attempt(journal)
        assert str(path) in str(caught.value)
        assert caught.value.hint is not None
        assert hint in caught.value.hint


def test_a_directory_that_cannot_be_made_is_an_error_with_the_path(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "journal.db"
    with Journal(path) as journal, pytest.raises(JournalError, match="cannot be opened") as caught:
        begun(journal)
    assert str(path) in str(caught.value)


URLS = {
    "relative to the project": ("sqlite:///.reconciler/journal.db", "/p/.reconciler/journal.db"),
    "absolute": ("sqlite:////var/lib/journal.db", "/var/lib/journal.db"),
}


@pytest.mark.parametrize("case", URLS)
def test_the_url_names_a_file(case: str) -> None:
    url, expected = URLS[case]
    assert journal_path(url, Path("/p")) == Path(expected)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://user:hunter2@host/db",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "journal.db",
        "",
    ],
)
def test_another_url_is_refused_without_repeating_what_it_holds(url: str) -> None:
    with pytest.raises(JournalError, match="not a URL of the form sqlite:///PATH") as caught:
        journal_path(url, Path("/p"))
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"
