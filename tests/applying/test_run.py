"""Whole runs: side by side, fail-fast, interrupted, and what the journal says of them."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reconciler.applying.conclusion import OUTCOMES
from reconciler.applying.refresh import Refreshed, refresh
from reconciler.applying.settle import LiveState
from reconciler.applying.stop import Stop
from reconciler.errors import JournalError, PlanError, UnreadableAnswer
from reconciler.model.source import ConfigStatus, Live, SourceRef
from reconciler.outcome.events import (
    ApplyEnded,
    ApplyStarted,
    Event,
    Progressed,
    ReadingBack,
    Sending,
    SourceEnded,
    SourceStarted,
    WaitingForImport,
)
from reconciler.outcome.records import State
from reconciler.outcome.results import ApplyReport, Ending, Outcome, SourceResult
from reconciler.value import replace
from tests.support.documents.site_document import document, set_type
from tests.support.stages.applying import Stage, Staging, source
from tests.support.stages.emulator_site import tagged


def many(*names: str) -> dict[str, Any]:
    """Return a document for each source, with external ids of its own."""
    return {name: tagged(name) for name in names}


def outcomes(report: ApplyReport) -> dict[str, Outcome]:
    return {r.source: r.outcome for r in report.results}


def states(on: Stage) -> dict[str, State]:
    return {name: o.state for name, o in on.recorded().items()}


def when(kind: type[Event], deed: Callable[[], object]) -> Callable[[Event], None]:
    """Return a listener that does *deed* at the first event of *kind*."""
    waiting = [deed]

    def listen(event: Event) -> None:
        if isinstance(event, kind) and waiting:
            waiting.pop()()

    return listen


def test_results_and_events_tell_the_run_in_the_order_of_the_plan(stage: Staging) -> None:
    on = stage()
    plan = on.plan(**many("a"))
    report = on.apply(plan)
    assert [type(event) for event in on.events] == [
        ApplyStarted,
        SourceStarted,
        Sending,
        *[Progressed] * 2,
        ReadingBack,
        SourceEnded,
        ApplyEnded,
    ]
    assert on.events[0] == ApplyStarted(
        environment="local", plan_digest=plan.digest, sources=("a",)
    )
    assert on.events[-1] == ApplyEnded(report=report)
    assert report.ending is Ending.DONE
    (run,) = on.journal.runs()
    assert (run.started_at, run.interrupted) == ("2026-01-02T03:04:05.000Z", False)
    assert run.ended_at is not None


def test_attempts_count_what_was_sent(stage: Staging) -> None:
    on = stage("put-mapping:refuse=EXTERNAL_ID_MISMATCH:1")
    plan = on.plan(**many("refused"))
    assert [r.attempts for r in on.apply(plan).results] == [1]
    assert [r.attempts for r in on.apply(on.plan(**many("taken"))).results] == [1]
    stale = on.plan(**many("late"))
    on.behind_our_back(late=document())
    assert [r.attempts for r in on.apply(stale).results] == [0]


def test_what_has_nothing_to_send_is_in_the_results_and_not_in_the_journal(
    stage: Staging,
) -> None:
    on = stage()
    on.behind_our_back(same=document(), renamed=tagged("renamed"))
    renamed = tagged("renamed")
    renamed["schema"]["objectSchema"]["objectTypes"][0]["name"] = "Another"
    plan = on.plan(same=document(), renamed=renamed)
    before = on.writes()
    report = on.apply(plan)
    assert outcomes(report) == {"same": Outcome.UNCHANGED, "renamed": Outcome.BLOCKED}
    assert all(r.method is None for r in report.results)
    assert all(r.message for r in report.results)
    assert report.ending is Ending.BLOCKED
    assert on.writes() == before
    assert on.journal.runs() == ()


def test_fail_fast_starts_nothing_new_after_the_first_failure(stage: Staging) -> None:
    on = stage("put-mapping:refuse:1")
    report = on.apply(on.plan(**many("a", "b", "c")), parallelism=1, fail_fast=True)
    assert list(outcomes(report).values()) == [Outcome.FAILED, Outcome.SKIPPED, Outcome.SKIPPED]
    assert on.writes() == {"put": 1}
    assert report.ending is Ending.FAILED
    assert states(on) == {"a": State.FAILED, "b": State.NOT_STARTED, "c": State.NOT_STARTED}


def test_fail_fast_also_holds_back_what_is_still_being_checked(stage: Staging) -> None:
    on = stage("patch-mapping:refuse:1")
    on.behind_our_back(**many("a", "b"))
    wanted = many("a", "b")
    for each in wanted.values():
        each["schema"]["objectSchema"]["objectTypes"][0]["description"] = "new"
    plan = on.plan(**wanted)
    on.force_status("b", ConfigStatus.RUNNING)
    on.on_event.append(when(SourceEnded, lambda: on.force_status_soon("b", None)))
    report = on.apply(plan, fail_fast=True)
    assert outcomes(report) == {"a": Outcome.FAILED, "b": Outcome.SKIPPED}
    assert states(on) == {"a": State.FAILED, "b": State.NOT_STARTED}


@pytest.mark.parametrize("parallelism", [1, 3, 8])
def test_as_many_sources_run_at_once_as_parallelism_says(stage: Staging, parallelism: int) -> None:
    on = stage(latency=0.05)
    running, most = set[str](), 0

    def count(event: Event) -> None:
        nonlocal most
        match event:
            case SourceStarted():
                running.add(event.source)
            case SourceEnded():
                running.discard(event.result.source)
        most = max(most, len(running))

    on.on_event.append(count)
    report = on.apply(on.plan(**many(*map("s{}".format, range(9)))), parallelism=parallelism)
    assert most == parallelism
    assert set(outcomes(report).values()) == {Outcome.DONE}


def test_a_stop_before_anything_started_sends_nothing(stage: Staging) -> None:
    on = stage()
    plan = on.plan(**many("a", "b"))
    on.stop.request()
    report = on.apply(plan)
    assert outcomes(report) == {"a": Outcome.NOT_STARTED, "b": Outcome.NOT_STARTED}
    assert report.ending is Ending.INTERRUPTED
    assert [r.source for r in report.not_started] == ["a", "b"]
    assert on.writes() == {}
    assert states(on) == {"a": State.NOT_STARTED, "b": State.NOT_STARTED}
    assert on.journal.runs()[0].interrupted


def test_a_first_stop_lets_what_is_in_flight_end_and_starts_nothing_new(stage: Staging) -> None:
    on = stage(steps=0, duration=5)
    on.on_event.append(when(Progressed, on.stop.request))
    report = on.apply(on.plan(**many("a", "b")), parallelism=1, grace=30.0)
    assert outcomes(report) == {"a": Outcome.DONE, "b": Outcome.NOT_STARTED}
    assert report.ending is Ending.INTERRUPTED
    assert report.in_flight == ()
    assert states(on) == {"a": State.DONE, "b": State.NOT_STARTED}


def test_what_does_not_end_in_the_grace_time_is_left_in_flight(stage: Staging) -> None:
    on = stage(steps=0, duration=100)
    on.on_event.append(when(Progressed, on.stop.request))
    report = on.apply(on.plan(**many("a")), grace=30.0)
    (result,) = report.in_flight
    assert result.outcome is Outcome.INTERRUPTED
    assert result.message == "it was accepted by the server and may still be running there"
    assert 30 <= result.seconds < 31
    record = on.recorded()["a"]
    assert record.state is State.ACCEPTED
    assert "/mapping/progress/" in (record.progress_url or "")
    assert record.ended_at is None
    assert on.journal.runs()[0].interrupted


def test_a_second_stop_ends_it_at_once(stage: Staging) -> None:
    on = stage(steps=0, duration=100)

    def twice() -> None:
        on.stop.request()
        on.stop.request()
        on.stop.request()

    on.on_event.append(when(Progressed, twice))
    report = on.apply(on.plan(**many("a", "b")), parallelism=1, grace=30.0)
    assert outcomes(report) == {"a": Outcome.INTERRUPTED, "b": Outcome.NOT_STARTED}
    assert report.results[0].seconds < 1
    assert states(on) == {"a": State.ACCEPTED, "b": State.NOT_STARTED}


def test_a_stop_while_it_is_being_sent_leaves_the_intent_in_the_journal(stage: Staging) -> None:
    on = stage(latency=100.0)
    on.on_event.append(when(Sending, on.stop.request))
    (result,) = on.apply(on.plan(**many("a")), grace=30.0).results
    assert result.outcome is Outcome.INTERRUPTED
    assert result.message == "it was sent; what became of it is not known yet"
    assert on.recorded()["a"].state is State.SENDING
    assert on.recorded()["a"].sent_at is not None


def test_a_stop_while_an_import_is_waited_for_is_at_once_and_sends_nothing(
    stage: Staging,
) -> None:
    on = stage()
    on.behind_our_back(a=document())
    plan = on.plan(a=document(set_type("drive", description="x")))
    before = on.writes()
    on.force_status("a", ConfigStatus.RUNNING)
    on.on_event.append(when(WaitingForImport, on.stop.request))
    (result,) = on.apply(plan, grace=30.0).results
    assert result.outcome is Outcome.NOT_STARTED
    assert result.seconds < 1
    assert on.writes() == before
    assert states(on) == {"a": State.NOT_STARTED}


def test_a_stop_is_heard_in_two_stages() -> None:
    stop = Stop()
    seen = []
    for _ in range(3):
        stop.request()
        seen.append((stop.asked.is_set(), stop.forced.is_set()))
    assert seen == [(True, False), (True, True), (True, True)]


def test_a_run_that_is_cancelled_from_outside_leaves_the_journal_right(stage: Staging) -> None:
    on = stage(steps=0, duration=100)
    plan = on.plan(**many("a"))

    async def cancelled() -> None:
        run = asyncio.create_task(on.applying(plan))
        on.on_event.append(when(Progressed, run.cancel))
        with pytest.raises(asyncio.CancelledError):
            await run

    on.run(cancelled())
    assert states(on) == {"a": State.ACCEPTED}
    assert on.journal.runs()[0].ended_at is None


def test_a_journal_that_cannot_be_written_keeps_everything_from_being_sent(
    stage: Staging, tmp_path: Path
) -> None:
    on = stage()
    plan = on.plan(**many("a"))
    (tmp_path / ".reconciler").write_text("in the way")
    with pytest.raises(JournalError):
        on.apply(plan)
    assert on.writes() == {}


def breaking(on: Stage) -> Callable[[], None]:
    """Return what makes the journal's file unusable while the run goes on."""

    def deed() -> None:
        on.journal.store.close()
        for file in on.journal_path.parent.glob("journal.db*"):
            file.unlink()
        on.journal_path.mkdir()

    return deed


@pytest.mark.parametrize(
    ("event", "outcome", "said", "writes"),
    [
        pytest.param(
            SourceStarted, Outcome.FAILED, "; this run sent nothing$", {}, id="before sending"
        ),
        pytest.param(
            Sending, Outcome.UNKNOWN, "^read back equal; the journal", {"put": 1}, id="after"
        ),
    ],
)
def test_a_journal_that_breaks_ends_the_run_with_what_is_known(
    stage: Staging, event: type[Event], outcome: Outcome, said: str, writes: dict[str, int]
) -> None:
    on = stage()
    plan = on.plan(**many("a"))
    on.on_event.append(when(event, breaking(on)))
    with pytest.raises(JournalError):
        on.apply(plan)
    ended = next(e for e in on.events if isinstance(e, ApplyEnded))
    assert outcomes(ended.report) == {"a": outcome}
    assert re.search(said, ended.report.results[0].message)
    assert on.writes() == writes


def test_a_plan_with_errors_and_a_plan_made_offline_cannot_be_applied(stage: Staging) -> None:
    on = stage()
    plan = on.plan(**many("a"))
    offline = replace(plan, sources=(replace(plan.sources[0], config_status=None),))
    with pytest.raises(PlanError, match="made offline for a: nobody asked the API"):
        on.apply(offline)
    with pytest.raises(PlanError, match="made with errors"):
        on.apply(replace(plan, errored=True))
    assert on.writes() == {}
    assert on.journal.runs() == ()


ENDINGS = {
    "nothing at all": ([], False, Ending.DONE),
    "done and unchanged": ([Outcome.DONE, Outcome.UNCHANGED], False, Ending.DONE),
    "stale": ([Outcome.DONE, Outcome.STALE], False, Ending.BLOCKED),
    "not converged": ([Outcome.NOT_CONVERGED], False, Ending.BLOCKED),
    "blocked": ([Outcome.BLOCKED], False, Ending.BLOCKED),
    "failed before stale": ([Outcome.STALE, Outcome.FAILED], False, Ending.FAILED),
    "unknown": ([Outcome.UNKNOWN], False, Ending.FAILED),
    "skipped after stale": ([Outcome.STALE, Outcome.SKIPPED], False, Ending.BLOCKED),
    "interrupted before failed": ([Outcome.FAILED], True, Ending.INTERRUPTED),
    "in flight": ([Outcome.INTERRUPTED], True, Ending.INTERRUPTED),
}


@pytest.mark.parametrize("case", ENDINGS)
def test_the_ending_is_the_worst_of_the_results(case: str) -> None:
    found, interrupted, expected = ENDINGS[case]
    results = tuple(SourceResult(source="a", method=None, outcome=o, message="") for o in found)
    assert ApplyReport(results=results, interrupted=interrupted).ending is expected


def test_whatever_is_told_and_read_makes_an_outcome() -> None:
    assert {frozenset(row) for row in OUTCOMES.values()} == {frozenset(LiveState)}


def read(on: Stage, *sources: SourceRef, token: str | None = None) -> dict[str, Refreshed]:
    backend = on.backend(token) if token else on.backend()
    return on.run(refresh(backend, sources, parallelism=2))


def test_a_source_that_cannot_be_read_does_not_stop_the_others(stage: Staging) -> None:
    on = stage()
    on.behind_our_back(a=document(), b=tagged("b"))
    on.add_faults("get-schema-and-mapping:html:1")
    on.force_status("off", ConfigStatus.DISABLED)
    found = read(on, *map(source, ("a", "b", "new", "off")))
    assert list(found) == ["a", "b", "new", "off"]
    failed = [name for name in "ab" if isinstance(found[name].live, UnreadableAnswer)]
    assert len(failed) == 1
    (read_well,) = {"a", "b"} - set(failed)
    live = found[read_well].live
    assert isinstance(live, Live)
    assert live.status is ConfigStatus.IDLE
    assert live.document is not None
    new = found["new"].live
    assert isinstance(new, Live)
    assert (new.status, new.document) == (ConfigStatus.MISSING_MAPPING, None)
    assert isinstance(found["off"].live, PlanError)
    assert str(found["off"].live) == "the import source is disabled"


def test_a_running_source_is_read_if_it_can_be(stage: Staging) -> None:
    on = stage()
    on.behind_our_back(a=document())
    on.add_faults("get-schema-and-mapping:html:1")
    on.force_status("a", ConfigStatus.RUNNING)
    first, second = (read(on, source("a"))["a"].live for _ in range(2))
    assert isinstance(first, PlanError)
    assert str(first).startswith("an import is running and the configuration cannot be read: ")
    assert first.hint == "plan again when it ends"
    assert isinstance(second, Live)
    assert second.status is ConfigStatus.RUNNING
