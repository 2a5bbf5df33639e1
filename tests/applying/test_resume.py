"""A run that stopped at any point is taken up again: settled, sent or refused, never twice."""

import pytest

from reconciler.errors import Unsettled
from reconciler.journal.leases import this_runner
from reconciler.outcome.events import (
    Event,
    Progressed,
    ReadingBack,
    Sending,
    SourceStarted,
)
from reconciler.outcome.records import State
from reconciler.outcome.results import ApplyReport, Outcome
from reconciler.planning.plan import Plan
from tests.support.documents.site_document import add_attribute, document, set_type
from tests.support.stages.applying import Killed, Stage, Staging
from tests.support.stages.assumed import assuming
from tests.support.stages.emulator_site import tagged

BEFORE = document()
AFTER = document(set_type("drive", description="A disk"))
OTHER = document(add_attribute("os", "vendor", "Vendor"))
# What was sent in the first seconds of the stage is over by then.
LONGEST = 905.0


def killed_at(on: Stage, plan: Plan, event: type[Event], *, after_writes: int = 0) -> None:
    """Apply *plan* in a process that dies when *event* is told."""
    on.killed(plan, lambda told: isinstance(told, event))
    assert sum(on.writes().values()) == after_writes


def resumed(on: Stage) -> ApplyReport:
    return on.take_up(*on.left())


def test_what_had_not_started_is_sent(stage: Staging) -> None:
    on = stage()
    killed_at(on, on.plan(a=BEFORE), SourceStarted)
    (result,) = resumed(on).results
    assert result.outcome is Outcome.DONE
    assert on.writes() == {"put": 1}
    assert on.journal.unfinished("local") is None


def test_an_intent_that_did_not_go_out_is_sent_once_the_longest_operation_is_over(
    stage: Staging,
) -> None:
    """The journal says that it may have been sent; only time proves that it was not."""
    on = stage()
    killed_at(on, on.plan(a=BEFORE), Sending)
    assert on.recorded()["a"].state is State.SENDING
    for _ in range(2):
        (result,) = resumed(on).results
        assert result.outcome is Outcome.UNKNOWN
        assert result.message.endswith("can settle it from 2026-01-02 03:19:05 UTC")
        assert on.recorded()["a"].state is State.SENDING
        assert on.writes() == {}
    on.time.seconds = LONGEST
    (result,) = resumed(on).results
    assert (result.outcome, result.message) == (Outcome.DONE, "read back equal")
    assert on.writes() == {"put": 1}


@pytest.mark.parametrize("early", [0.001, 60.0, 1_000.0])
def test_not_a_moment_before(stage: Staging, early: float) -> None:
    on = stage()
    killed_at(on, on.plan(a=BEFORE), Sending)
    on.time.seconds = 900 - early
    assert resumed(on).results[0].outcome is Outcome.UNKNOWN
    assert on.writes() == {}


def test_what_was_sent_and_goes_on_unseen_is_never_sent_again(stage: Staging) -> None:
    """The answer was lost with the process; the work takes 12 s, and nothing is RUNNING."""
    on = stage(steps=0, duration=12)
    plan = on.plan(a=BEFORE)
    on.add_faults("put-mapping:drop-after")
    killed_at(on, plan, ReadingBack, after_writes=1)
    (result,) = resumed(on).results
    assert (result.outcome, on.writes()) == (Outcome.UNKNOWN, {"put": 1})
    (result,) = resumed(on).results
    assert (result.outcome, result.message) == (Outcome.DONE, "read back equal")
    assert on.writes() == {"put": 1}


def test_what_may_have_been_sent_keeps_any_other_plan_from_being_sent(stage: Staging) -> None:
    on = stage()
    on.behind_our_back(a=BEFORE)
    killed_at(on, on.plan(a=AFTER), Sending, after_writes=1)
    (result,) = on.apply(on.plan(a=OTHER)).results
    assert result.outcome is Outcome.FAILED
    assert result.message == (
        "what was sent to the source at 2026-01-02 03:04:06 UTC may still take effect; "
        "nothing was sent"
    )
    assert result.error is not None
    assert result.error.hint == (
        "settle it first, from 2026-01-02 03:19:06 UTC at the latest: reconciler apply --resume"
    )
    assert on.writes() == {"put": 1}
    on.time.seconds = LONGEST
    (result,) = on.apply(on.plan(a=OTHER)).results
    assert result.outcome is Outcome.FAILED, "no clock settles it"
    assert [r.outcome for r in resumed(on).results] == [Outcome.DONE]
    (result,) = on.apply(on.plan(a=OTHER)).results
    assert result.outcome is Outcome.DONE


def test_live_that_somebody_changed_meanwhile_makes_it_stale(stage: Staging) -> None:
    on = stage()
    on.behind_our_back(a=BEFORE)
    killed_at(on, on.plan(a=AFTER), Sending, after_writes=1)
    on.behind_our_back(a=document(set_type("drive", description="theirs")))
    writes = on.writes()
    assert resumed(on).results[0].outcome is Outcome.UNKNOWN, "ours may follow theirs"
    on.time.seconds = LONGEST
    (result,) = resumed(on).results
    assert result.outcome is Outcome.STALE
    assert result.message == "live is neither as it was nor as planned"
    assert [str(m.change.address) for m in result.moved] == ["a/objectTypes[drive]/description"]
    assert on.writes() == writes


def test_what_live_hides_is_never_sent_again_on_a_guess(stage: Staging) -> None:
    from reconciler.planning.inputs import PlanOptions  # noqa: PLC0415

    on = stage()
    on.behind_our_back(a=BEFORE)
    killed_at(on, on.plan(PlanOptions(resend_write_only=True), a=BEFORE), Sending, after_writes=1)
    writes = on.writes()
    assert resumed(on).results[0].outcome is Outcome.UNKNOWN
    on.time.seconds = LONGEST
    (result,) = resumed(on).results
    assert result.outcome is Outcome.FAILED
    assert "live does not show what was sent" in result.message
    assert on.writes() == writes


def test_live_that_cannot_be_read_leaves_it_open(stage: Staging) -> None:
    on = stage()
    on.behind_our_back(a=BEFORE)
    killed_at(on, on.plan(a=AFTER), Sending, after_writes=1)
    on.token = "no longer good"
    (result,) = resumed(on).results
    assert result.outcome is Outcome.UNKNOWN
    assert on.journal.unfinished("local") is not None, "the next one may know more"


def test_the_sources_that_had_ended_are_left_alone(stage: Staging) -> None:
    on = stage()
    plan = on.plan(a=BEFORE, b=tagged("b"), c=tagged("c"))
    on.killed(plan, lambda e: isinstance(e, ReadingBack) and e.source == "b", parallelism=1)
    report = resumed(on)
    assert {r.source: r.outcome for r in report.results} == {
        "b": Outcome.DONE,
        "c": Outcome.DONE,
    }
    assert on.writes() == {"put": 3}
    assert not on.plan(a=BEFORE, b=tagged("b"), c=tagged("c")).has_changes


def test_what_was_still_running_at_the_deadline_is_followed_again(stage: Staging) -> None:
    """Live is as before, and yet it is not sent again: its progress tells."""
    on = stage(steps=0, duration=900)
    (result,) = on.apply(on.plan(a=BEFORE)).results
    assert (result.outcome, on.recorded()["a"].state) == (Outcome.UNKNOWN, State.UNKNOWN)
    (result,) = resumed(on).results
    assert (result.outcome, on.recorded()["a"].state) == (Outcome.DONE, State.DONE)
    assert on.writes() == {"put": 1}


def test_what_was_taken_without_a_progress_resource_is_followed_by_reading(stage: Staging) -> None:
    on = stage(profile=assuming("async-answer=202"), steps=0, duration=60)
    killed_at(on, on.plan(a=BEFORE), ReadingBack, after_writes=1)
    assert (on.recorded()["a"].state, on.recorded()["a"].progress_url) == (State.ACCEPTED, None)
    (result,) = resumed(on).results
    assert result.outcome is Outcome.DONE, result.message
    assert on.recorded()["a"].state is State.DONE
    assert on.writes() == {"put": 1}


@pytest.mark.parametrize("gone", [False, True])
def test_what_was_accepted_and_cannot_be_followed_is_over_with_the_longest_operation(
    stage: Staging, *, gone: bool
) -> None:
    on = stage(
        *(["get-progress:gone"] if gone else []),
        profile=assuming(*[] if gone else ["async-answer=202"]),
        steps=10_000,
    )
    (result,) = on.apply(on.plan(a=BEFORE)).results
    assert (result.outcome, on.recorded()["a"].state) == (Outcome.UNKNOWN, State.UNKNOWN)
    assert resumed(on).results[0].outcome is Outcome.UNKNOWN
    assert on.writes() == {"put": 1}
    on.time.seconds = 2 * LONGEST
    (result,) = resumed(on).results
    assert (result.outcome, result.message) == (
        Outcome.FAILED,
        "it had no effect by the end of the longest operation: nothing was changed",
    )
    assert on.writes() == {"put": 1}
    assert on.journal.unfinished("local") is None


def test_the_same_plan_is_not_sent_beside_one_that_was_left_in_flight(stage: Staging) -> None:
    """Live is as before, for the server is at it still: nothing but the journal knows."""
    on = stage(steps=0, duration=60)
    plan = on.plan(a=BEFORE)
    killed_at(on, plan, Progressed, after_writes=1)
    (result,) = on.apply(plan).results
    assert result.outcome is Outcome.FAILED
    assert isinstance(result.error, Unsettled)
    (result,) = resumed(on).results
    assert result.outcome is Outcome.DONE
    assert on.writes() == {"put": 1}


def test_what_another_run_settled_meanwhile_is_told_as_it_ended(stage: Staging) -> None:
    on = stage()
    killed_at(on, on.plan(a=BEFORE), Sending)
    found = on.left()
    on.time.seconds = LONGEST
    assert resumed(on).results[0].outcome is Outcome.DONE
    (result,) = on.take_up(*found).results
    assert (result.outcome, result.message) == (
        Outcome.DONE,
        "another run settled it: read back equal",
    )
    assert on.writes() == {"put": 1}


def test_a_create_that_acted_after_the_longest_operation_is_done_not_stale(
    stage: Staging, monkeypatch: pytest.MonkeyPatch
) -> None:
    """longestOperation is too short: killed before the answer was kept, and so sent again: 409."""
    on = stage(steps=0, duration=LONGEST + 15)

    def die(*_: object, **__: object) -> None:
        raise Killed

    plan = on.plan(a=BEFORE)
    with monkeypatch.context() as dying:
        dying.setattr(on.journal, "accept", die)
        with pytest.raises(BaseException) as caught:  # noqa: PT011 - a group, or itself
            on.apply(plan)
    assert "Killed" in repr(caught.value)
    on.runner = this_runner("the next process")
    on.time.seconds = LONGEST
    (result,) = resumed(on).results
    assert (result.outcome, result.message) == (Outcome.DONE, "it was done: read back equal")
    assert on.writes() == {"put": 2}, "the second one was refused"
    assert on.recorded()["a"].state is State.DONE


def test_what_the_server_says_is_running_is_not_over_whatever_it_says_next(stage: Staging) -> None:
    """Neither the end of the longest operation nor a progress that is gone proves anything."""
    on = stage(steps=10_000)
    killed_at(on, on.plan(a=BEFORE), Progressed, after_writes=1)
    on.time.seconds = LONGEST

    def gone(told: Event) -> None:
        if isinstance(told, Progressed):
            on.add_faults("get-progress:gone")

    on.on_event.append(gone)
    (result,) = resumed(on).results
    assert (result.outcome, on.writes()) == (Outcome.UNKNOWN, {"put": 1})
    assert on.recorded()["a"].state is State.ACCEPTED


def test_what_a_later_run_sent_is_not_overwritten_by_an_older_plan(stage: Staging) -> None:
    on = stage()
    on.journal.begin(on.plan(a=BEFORE, b=tagged("b")), at="2026-01-02T03:04:05Z", runner="gone")
    for document_of_a in (AFTER, OTHER):
        assert on.result(on.plan(a=document_of_a)).outcome is Outcome.DONE
    writes = sum(on.writes().values())
    a, b = resumed(on).results
    assert (a.source, a.outcome) == ("a", Outcome.STALE)
    assert a.message == "the plan is stale: a later run was sent to the source; nothing was sent"
    assert (b.source, b.outcome) == ("b", Outcome.DONE)
    assert sum(on.writes().values()) == writes + 1
    assert on.journal.unfinished("local") is None
