"""What retries cost: counted by source, told as events, put into the results as attempts."""

from typing import Any

from reconciler.backend.requests import Pause
from reconciler.outcome.events import ApplyEnded, Event, Retrying, SourceEnded
from reconciler.outcome.results import ApplyReport, Outcome, SourceResult
from reconciler.outcome.retries import Counts, Traffic


def a_pause(**fields: Any) -> Pause:
    known = {"request": "PATCH importsource/1/mapping", "writes": True, "reason": "429"}
    return Pause(**{"source": "disks", "seconds": 3.0, **known, **fields})


DONE = SourceResult(
    source="disks", method="PATCH", outcome=Outcome.DONE, message="read back equal", attempts=1
)


def unheard(_: Event) -> None:
    pass


def test_a_pause_is_told_as_an_event() -> None:
    told: list[Event] = []
    Traffic(told.append).on_pause(a_pause())
    assert told == [
        Retrying(source="disks", request="PATCH importsource/1/mapping", reason="429", seconds=3.0)
    ]


def test_retries_are_counted_by_source_and_in_all() -> None:
    traffic = Traffic(unheard)
    assert traffic.total == Counts()
    for pause in (
        a_pause(),
        a_pause(writes=False, seconds=0.5),
        a_pause(source="people", seconds=1.0),
    ):
        traffic.on_pause(pause)
    assert traffic.by_source == {
        "disks": Counts(retries=2, waited=3.5),
        "people": Counts(retries=1, waited=1.0),
    }
    assert traffic.total == Counts(retries=3, waited=4.5)


def test_attempts_are_the_sendings_of_the_operation_not_of_readings() -> None:
    told: list[Event] = []
    traffic = Traffic(told.append)
    for pause in (a_pause(), a_pause(), a_pause(writes=False), a_pause(source="people")):
        traffic.on_pause(pause)
    told.clear()
    traffic(SourceEnded(result=DONE))
    traffic(ApplyEnded(report=ApplyReport(results=(DONE,), interrupted=True)))
    ended, over = told
    assert isinstance(ended, SourceEnded)
    assert isinstance(over, ApplyEnded)
    assert ended.result.attempts == 3
    assert [r.attempts for r in over.report.results] == [3]
    assert over.report.interrupted
    assert DONE.attempts == 1
