"""The fence: a run that was held up for longer than its lease lasts sends nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from reconciler.errors import LeaseLost
from reconciler.journal.leases import LEASE_SECONDS, MARGIN, Leases, this_runner
from reconciler.model.source import ConfigStatus
from reconciler.outcome.events import Event, Sending, WaitingForImport
from reconciler.outcome.records import State
from reconciler.outcome.results import Outcome
from tests.support.documents.site_document import document, set_type
from tests.support.stages.applying import Stage, Staging
from tests.support.stages.emulator_site import tagged


def others(on: Stage) -> Leases:
    runner = this_runner("somebody else")
    return Leases(on.journal.store, environment="local", runner=runner)


def stand_still(on: Stage, seconds: float) -> None:
    """Let the whole process stand still: its machine was suspended, or it was stopped."""
    on.time.seconds += seconds


def stand_still_and_lose_it(on: Stage, seconds: float) -> None:
    stand_still(on, seconds)
    assert others(on).take("a") is None


def lose_it(on: Stage, _: float) -> None:
    (holder,) = others(on).holders()
    assert others(on).break_lease(holder)


def once_before_sending(on: Stage, deed: Callable[[], Any], kind: type[Event] = Sending) -> None:
    """Do *deed* when the intent is in the journal, just before the request."""

    def listen(event: Event) -> None:
        if isinstance(event, kind):
            on.on_event.remove(listen)
            deed()

    on.on_event.append(listen)


@pytest.mark.parametrize("happens", [stand_still, stand_still_and_lose_it])
def test_who_stood_still_after_the_intent_sends_nothing(
    stage: Staging, happens: Callable[[Stage, float], None]
) -> None:
    """The margin is for clocks that differ: the lease itself is not over yet."""
    on = stage()
    seconds = LEASE_SECONDS if happens is stand_still_and_lose_it else LEASE_SECONDS * (1 - MARGIN)
    once_before_sending(on, lambda: happens(on, seconds))
    result = on.result(on.plan(a=tagged("a")))
    assert result.outcome is Outcome.FAILED
    assert isinstance(result.error, LeaseLost)
    assert result.message == "the lease of a was lost; nothing was sent"
    assert on.writes().total() == 0
    assert on.recorded()["a"].state is State.NOT_STARTED

    if happens is stand_still_and_lose_it:
        stand_still(on, LEASE_SECONDS)
    assert [r.outcome for r in on.take_up(*on.left()).results] == [Outcome.DONE]
    assert on.writes() == {"put": 1}


def test_who_stood_still_for_less_goes_on(stage: Staging) -> None:
    on = stage()
    once_before_sending(on, lambda: stand_still(on, LEASE_SECONDS * (1 - MARGIN) - 0.1))
    assert on.result(on.plan(a=tagged("a"))).outcome is Outcome.DONE


def test_a_lease_that_was_taken_away_is_noticed_at_the_next_renewal(stage: Staging) -> None:
    """Here the request is held back by the limit of the API for longer than that."""
    on = stage("put-mapping:429=12:1")
    plan = on.plan(a=tagged("a"))
    once_before_sending(on, lambda: lose_it(on, 0.0))
    result = on.result(plan)
    assert isinstance(result.error, LeaseLost)
    assert on.recorded()["a"].state is State.NOT_STARTED
    assert on.writes() == {"put": 1}, "the one that was refused"


@pytest.mark.parametrize("event", [WaitingForImport, Sending], ids=["before", "after"])
def test_what_another_run_has_taken_up_is_not_put_back(stage: Staging, event: type[Event]) -> None:
    """Whether it was taken up before the intent or after it."""
    on = stage()
    on.behind_our_back(a=document())
    plan = on.plan(a=document(set_type("drive", description="x")))
    on.force_status("a", ConfigStatus.RUNNING if event is WaitingForImport else None)

    def resume_elsewhere() -> None:
        stand_still_and_lose_it(on, LEASE_SECONDS)
        on.force_status_soon("a", None)
        operation = on.recorded()["a"].id
        on.journal.put_back(operation)
        on.journal.intend(operation, at="another's intent", live_digest="sha256:l")

    once_before_sending(on, resume_elsewhere, event)
    assert isinstance(on.result(plan).error, LeaseLost)
    record = on.recorded()["a"]
    assert (record.state, record.sent_at) == (State.SENDING, "another's intent")
