"""Whatever is raised for one source becomes its result, and leaves the other source alone."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, TypeVar

import pytest

from reconciler.assets.client import AssetsBackend
from reconciler.backend.import_sources import ProgressAnswer, Submission
from reconciler.errors import ManifestError
from reconciler.model.source import ConfigStatus, SourceRef
from reconciler.outcome.events import Event, Progressed, Sending
from reconciler.outcome.records import IN_FLIGHT, State
from reconciler.outcome.results import ApplyReport, Outcome
from reconciler.planning.plan import Operation
from tests.support.matrix import pairs
from tests.support.stages.applying import Stage, Staging
from tests.support.stages.emulator_site import tagged

T = TypeVar("T")
ERRORS: dict[str, Callable[[], Exception]] = {
    "RuntimeError": lambda: RuntimeError("boom"),
    "OSError": lambda: OSError(28, "No space left on device"),
    "MemoryError": MemoryError,
    "UnicodeError": lambda: UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
    "RecursionError": lambda: RecursionError("maximum recursion depth exceeded"),
    "LookupError": lambda: LookupError("unknown encoding: rot13"),
    "a secret that is not set": lambda: ManifestError([]),
    "a group": lambda: ExceptionGroup("several", [ValueError("x")]),
}
# The await at which it is raised: the method of the backend, how many calls of it pass before, and
# whether the server has acted on the one that does not.
AWAITS = {
    "the status, before": ("config_status", 0, False),
    "the operation, unsent": ("submit", 0, False),
    "the operation, sent": ("submit", 0, True),
    "the progress": ("progress", 0, False),
    "the status, after": ("config_status", 1, False),
    "the document, before": ("schema_and_mapping", 0, False),
    "the document, after": ("schema_and_mapping", 1, False),
}
LONGEST = 905.0


class Breaking(AssetsBackend):
    """The backend, in which an error is raised at one call for source a."""

    raised: Callable[[], BaseException]
    method: str
    passing: list[int]
    acts: bool

    async def config_status(self, source: SourceRef) -> ConfigStatus:
        return await self._at("config_status", source, super().config_status(source))

    async def schema_and_mapping(self, source: SourceRef) -> Mapping[str, Any]:
        return await self._at("schema_and_mapping", source, super().schema_and_mapping(source))

    async def progress(self, source: SourceRef, url: str) -> ProgressAnswer:
        return await self._at("progress", source, super().progress(source, url))

    async def submit(self, source: SourceRef, operation: Operation, **options: Any) -> Submission:
        call = super().submit(source, operation, **options)
        return await self._at("submit", source, call)

    async def _at(self, method: str, source: SourceRef, call: Coroutine[Any, Any, T]) -> T:
        if method != self.method or source.name != "a":
            return await call
        self.passing[0] -= 1
        if self.passing[0] >= 0:
            return await call
        if self.acts:
            await call
        else:
            call.close()
        raise self.raised()


def breaking(on: Stage, at: str, raised: Callable[[], BaseException]) -> None:
    """Let *raised* happen at the await *at* from now on."""
    method, passing, acts = AWAITS[at]
    kept = on.backend()
    kept.__class__ = Breaking
    assert isinstance(kept, Breaking)
    kept.raised, kept.method, kept.passing, kept.acts = raised, method, [passing], acts
    on.kept = kept


def check(on: Stage, report: ApplyReport, at: str) -> None:
    """Check the report of a run that was broken, and that the next one settles it."""
    a, b = report.results
    assert b.outcome is Outcome.DONE
    state = on.recorded()["a"].state
    sent = "before" not in at and "unsent" not in at
    if sent:
        assert a.outcome in {Outcome.UNKNOWN, Outcome.INTERRUPTED}, a.message
        assert state in IN_FLIGHT
        assert "nothing was" not in a.message
    else:
        assert a.outcome in {Outcome.FAILED, Outcome.NOT_STARTED}, a.message
        assert a.message.endswith("nothing was sent")
    on.kept = None
    if state is State.FAILED:
        return
    on.time.seconds += LONGEST
    assert {r.source: r.outcome for r in on.take_up(*on.left()).results} == {"a": Outcome.DONE}
    assert on.writes() == {"put": 2}, "each once"


@pytest.mark.parametrize(("at", "error"), pairs(AWAITS, ERRORS))
def test_what_is_raised_while_a_source_is_applied(stage: Staging, at: str, error: str) -> None:
    on = stage()
    plan = on.plan(a=tagged("a"), b=tagged("b"))
    breaking(on, at, ERRORS[error])
    check(on, on.apply(plan), at)


@pytest.mark.parametrize("at", AWAITS)
def test_a_cancellation_that_nobody_asked_for_ends_its_source(stage: Staging, at: str) -> None:
    on = stage()
    plan = on.plan(a=tagged("a"), b=tagged("b"))
    breaking(on, at, asyncio.CancelledError)
    check(on, on.apply(plan), at)


@pytest.mark.parametrize(
    ("at", "error"), pairs(["the progress", "the status, before", "the document, before"], ERRORS)
)
def test_what_is_raised_while_a_source_is_resumed(stage: Staging, at: str, error: str) -> None:
    """The run was killed while the server was at it; the journal has what this one cannot ask."""
    on = stage(steps=0, duration=12)
    plan = on.plan(a=tagged("a"), b=tagged("b"))
    followed = set[str]()

    def dies(event: Event) -> bool:
        if isinstance(event, Progressed):
            followed.add(event.source)
        return len(followed) == 2

    on.killed(plan, dies)
    assert on.recorded()["a"].state is State.ACCEPTED
    breaking(on, at, ERRORS[error])
    a, b = on.take_up(*on.left()).results
    assert (b.outcome, on.recorded()["b"].state) == (Outcome.DONE, State.DONE)
    assert a.outcome is Outcome.UNKNOWN
    assert a.message.startswith("it was accepted by the server, but ")
    assert "can settle it from 2026-01-02 03:" in a.message
    assert on.recorded()["a"].state is State.ACCEPTED
    on.kept = None
    assert [r.outcome for r in on.take_up(*on.left()).results] == [Outcome.DONE]
    assert on.writes() == {"put": 2}


def test_a_listener_that_fails_is_told_once_all_sources_have_ended(stage: Staging) -> None:
    on = stage()

    def fail(event: Event) -> None:
        if isinstance(event, Sending):
            raise BrokenPipeError(32, "Broken pipe")

    on.on_event.append(fail)
    with pytest.raises(BrokenPipeError):
        on.apply(on.plan(a=tagged("a"), b=tagged("b")))
    assert {o.state for o in on.recorded().values()} == {State.DONE}
    assert on.journal.runs()[0].ended_at is not None
