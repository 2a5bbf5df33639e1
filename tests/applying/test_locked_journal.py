"""Another process has locked the journal for good: a run ends in time all the same, and right."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress

import pytest

from reconciler.applying import off_loop, stop
from reconciler.applying.clock import Clock
from reconciler.applying.context import ApplyOptions
from reconciler.applying.run import apply
from reconciler.errors import JournalError
from reconciler.outcome.events import ApplyEnded, Event, Progressed, SourceStarted
from reconciler.outcome.records import State
from reconciler.outcome.results import Outcome, SourceResult
from reconciler.value import replace
from tests.support.stages.applying import Stage, Staging
from tests.support.stages.emulator_site import tagged

# Seconds. The journal's own limits allow a write ten times as long.
TIMEOUT, LEAST, SOON = 0.5, 0.2, 3.0


@pytest.fixture
def on(stage: Staging, monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setattr(off_loop, "LEAST_SECONDS", LEAST)
    monkeypatch.setattr(off_loop, "MOMENT", LEAST)
    monkeypatch.setattr(stop, "MOMENT", LEAST)
    return stage(steps=0, duration=10)


@contextmanager
def soon() -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < SOON


@contextmanager
def lock(on: Stage) -> Iterator[Callable[[], None]]:
    """Yield what locks the journal, until the end of the block."""
    on.journal_path.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(on.journal_path, isolation_level=None)) as other:

        def locked() -> None:
            other.executescript("PRAGMA journal_mode=WAL; BEGIN EXCLUSIVE")

        yield locked


def ended(
    on: Stage, at: type[Event], deed: Callable[[], object], *, timeout: float = 600.0
) -> SourceResult:
    """Return the result of a run in which *deed* is done at the first event *at*, in real time."""
    events: list[Event] = []

    def hear(event: Event) -> None:
        if isinstance(event, at) and not any(isinstance(e, at) for e in events):
            deed()
        events.append(event)

    plan = on.plan(a=tagged("a"))
    ports = replace(on.ports(hear), clock=Clock())
    # Its end cannot be written either, and is in the events before.
    with suppress(JournalError):
        on.run(on.alone(apply(plan, ports, options=ApplyOptions(timeout=timeout))))
    (last,) = [e for e in events if isinstance(e, ApplyEnded)]
    (result,) = last.report.results
    return result


def left_in(on: Stage, state: State) -> None:
    """See that the run is open, its operation in *state*, and is resumed without doubling it."""
    on.time.seconds += 100
    record, plan = on.left()
    assert [o.state for o in record.operations] == [state]
    assert [r.outcome for r in on.take_up(record, plan).results] == [Outcome.DONE]
    assert on.writes().total() == 1


@pytest.mark.parametrize(
    ("at", "outcome", "state"),
    [
        (SourceStarted, Outcome.FAILED, State.NOT_STARTED),
        (Progressed, Outcome.UNKNOWN, State.ACCEPTED),
    ],
)
def test_the_timeout_of_a_source_counts_for_its_journal(
    on: Stage, at: type[Event], outcome: Outcome, state: State
) -> None:
    with lock(on) as locked, soon():
        result = ended(on, at, locked, timeout=TIMEOUT)
    assert result.outcome is outcome
    assert "database is locked" in result.message
    left_in(on, state)


@pytest.mark.parametrize(
    ("at", "outcome", "state"),
    [
        (SourceStarted, Outcome.NOT_STARTED, State.NOT_STARTED),
        (Progressed, Outcome.INTERRUPTED, State.ACCEPTED),
    ],
)
def test_a_second_stop_waits_no_longer_for_it(
    on: Stage,
    at: type[Event],
    outcome: Outcome,
    state: State,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(off_loop, "LEAST_SECONDS", SOON)

    def twice() -> None:
        locked()
        for delay in (LEAST, 2 * LEAST):
            asyncio.get_running_loop().call_later(delay, on.stop.request)

    with lock(on) as locked, soon():
        result = ended(on, at, twice)
    assert result.outcome is outcome
    left_in(on, state)


@pytest.mark.parametrize(
    ("stopped_after", "error"), [(10.0, JournalError), (LEAST, KeyboardInterrupt)]
)
def test_a_run_that_cannot_even_begin_ends_in_time_too(
    on: Stage, stopped_after: float, error: type[BaseException]
) -> None:
    plan = on.plan(a=tagged("a"))

    async def begun() -> None:
        asyncio.get_running_loop().call_later(stopped_after, on.stop.request)
        await on.applying(plan, timeout=TIMEOUT)

    with lock(on) as locked, soon():
        locked()
        with pytest.raises(error):
            on.run(begun())
    assert on.journal.runs() == ()
