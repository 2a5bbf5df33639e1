"""The pace of one origin: laws of the limiter, and what requests make of it."""

import asyncio
import math
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.assets.auth import bearer
from reconciler.assets.bounds import CALL_SECONDS, HOLD_SECONDS
from reconciler.assets.client import AssetsBackend
from reconciler.assets.limiter import BURST, SLOWEST, Limiter
from reconciler.backend.requests import LAST_LOOK_SECONDS, Deadline, Pause
from reconciler.errors import RateLimited, Unavailable
from reconciler.model.source import ConfigStatus
from reconciler.value import replace
from tests.support.stages.applying import VirtualTime
from tests.support.stages.assets_wire import BASE, IMPORT_SOURCE, SOURCE, TOKEN, in_turn, operation

IDLE = httpx.Response(200, json={"status": "IDLE"})


class Clock:
    """Time that is set."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def limiter(clock: Clock, requests_per_minute: float | None, rng: float = 0.0) -> Limiter:
    return Limiter(requests_per_minute=requests_per_minute, monotonic=clock, rng=lambda: rng)


def waits(pace: Limiter, count: int) -> list[float]:
    return [round(pace.turn().wait, 3) for _ in range(count)]


def test_a_seconds_worth_goes_at_once_and_then_an_even_pace() -> None:
    assert waits(limiter(Clock(), 120), 6) == [0, 0, 0, 0.5, 1.0, 1.5]


def test_a_slow_pace_has_no_burst_worth_the_name() -> None:
    assert waits(limiter(Clock(), 1), 3) == [0, 59, 119]


def test_what_was_not_used_is_not_saved_up() -> None:
    clock = Clock()
    pace = limiter(clock, 120)
    waits(pace, 3)
    clock.seconds += 3600
    assert waits(pace, 4) == [0, 0, 0, 0.5]


def test_without_a_pace_nobody_waits() -> None:
    pace = limiter(Clock(), None)
    assert waits(pace, 1000) == [0] * 1000
    assert pace.pace == math.inf


@given(
    rate=st.integers(min_value=1, max_value=6000),
    gaps=st.lists(st.floats(min_value=0, max_value=30), max_size=60),
)
def test_no_minute_holds_more_than_the_pace_and_its_burst(rate: int, gaps: list[float]) -> None:
    clock = Clock()
    pace = limiter(clock, rate)
    went = []
    for gap in gaps:
        clock.seconds += gap
        went.append(clock.seconds + pace.turn().wait)
    for i, start in enumerate(went):
        in_a_minute = sum(start <= at < start + 60 for at in went[i:])
        assert in_a_minute <= rate + rate * BURST / 60 + 1 + 1e-6


@given(
    seconds=st.floats(min_value=0.01, max_value=HOLD_SECONDS),
    later=st.floats(min_value=0, max_value=HOLD_SECONDS),
    rng=st.floats(min_value=0, max_value=0.999),
    rate=st.none() | st.integers(min_value=1, max_value=6000),
)
def test_nobody_goes_before_the_moment_that_a_429_named(
    seconds: float, later: float, rng: float, rate: int | None
) -> None:
    clock = Clock()
    pace = limiter(clock, rate, rng)
    asleep = pace.turn()
    pace.was_refused(pace.turn(), seconds=seconds)
    assert not pace.holds(asleep), "who waits for a turn has to ask again"
    clock.seconds += later
    for _ in range(5):
        turn = pace.turn()
        assert turn.held == (later < seconds)
        assert clock.seconds + turn.wait >= 100 + seconds - 1e-6 or later >= seconds


def test_a_429_halves_the_pace_once_for_all_that_were_under_way() -> None:
    pace = limiter(Clock(), 900)
    under_way = [pace.turn() for _ in range(5)]
    for turn in under_way:
        pace.was_refused(turn, seconds=10)
    assert pace.pace == 450
    pace.was_refused(pace.turn(), seconds=10)
    assert pace.pace == 225


def test_the_pace_comes_back_step_by_step_and_no_further() -> None:
    pace = limiter(Clock(), 900)
    pace.was_refused(pace.turn(), seconds=0)
    seen = []
    for _ in range(60):
        pace.went_well()
        seen.append(pace.pace)
    assert seen[0] == 459
    assert seen[48] < 900
    assert seen[49:] == [900] * 11


@pytest.mark.parametrize(("configured", "slowest"), [(900, SLOWEST), (30, 30)])
def test_the_pace_has_a_floor(configured: int, slowest: float) -> None:
    pace = limiter(Clock(), configured)
    for _ in range(20):
        pace.was_refused(pace.turn(), seconds=0)
    assert pace.pace == slowest


def test_after_a_hold_there_is_no_burst() -> None:
    pace = limiter(Clock(), 120)
    pace.was_refused(pace.turn(), seconds=10)
    assert waits(pace, 3) == [10, 11, 12]


def test_a_shorter_hold_does_not_shorten_a_longer_one() -> None:
    pace = limiter(Clock(), 900)
    pace.was_refused(pace.turn(), seconds=60)
    pace.was_refused(pace.turn(), seconds=1)
    assert pace.turn().wait >= 60


# What requests make of it: many sources, one origin, virtual time.


class Origin:
    """A backend on virtual time against *server*; keeps when each request arrived."""

    def __init__(self, server: Callable[[httpx.Request], httpx.Response], **settings: Any) -> None:
        self.time = VirtualTime()
        self.server = server
        self.arrived: list[tuple[float, str]] = []
        self.pauses: list[Pause] = []
        self.slowness = 0.0
        self.backend = AssetsBackend(
            base_url=BASE,
            credentials=lambda _: bearer(TOKEN),
            transport=httpx.MockTransport(self._answer),
            pacing=self.time.pacing(),
            on_pause=self.pauses.append,
            **settings,
        )

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        if self.slowness:
            await self.time.sleep(self.slowness)
        self.arrived.append((self.time(), request.method))
        await asyncio.sleep(0)  # the others go meanwhile
        return self.server(request)

    def run(self, *calls: Callable[["Origin"], Any]) -> list[Any]:
        async def all_of_them() -> list[Any]:
            return await asyncio.gather(*(call(self) for call in calls), return_exceptions=True)

        return asyncio.run(all_of_them())


Call = Callable[[Origin], Any]


def read(on: Origin) -> Any:
    return on.backend.config_status(SOURCE)


def write(on: Origin) -> Any:
    return on.backend.submit(SOURCE, operation("PATCH"))


def later(seconds: float, call: Call) -> Call:
    """Return *call*, made after *seconds*."""

    async def wait_and_call(on: Origin) -> Any:
        await on.time.sleep(seconds)
        return await call(on)

    return wait_and_call


def within(seconds: float, call: Call) -> Call:
    """Return *call* of somebody who has time until *seconds*."""

    def bounded(on: Origin) -> Any:
        whole = on.backend
        deadline = Deadline(
            left=lambda: seconds - on.time(), seconds=seconds, grace=LAST_LOOK_SECONDS
        )
        on.backend = whole.with_deadline(deadline)
        try:
            return call(on)
        finally:
            on.backend = whole

    return bounded


def test_all_sources_share_one_pace() -> None:
    origin = Origin(lambda _: IDLE, requests_per_minute=60, connections=50)
    others = [replace(SOURCE, name=f"s{n}") for n in range(10)]
    origin.run(*(lambda on, s=s: on.backend.config_status(s) for s in others))
    assert [at for at, _ in origin.arrived] == [0, 0, 1, 2, 3, 4, 5, 6, 7, 8]
    told = [(p.reason, p.retry, p.seconds) for p in origin.pauses]
    assert told == [
        ("requests are paced (policy.requestsPerMinute)", False, float(n)) for n in range(2, 9)
    ], "a second is not worth telling"


def test_a_429_holds_every_source_until_its_moment() -> None:
    limited = httpx.Response(429, headers={"Retry-After": "30"})
    origin = Origin(in_turn(limited, *[IDLE] * 4))
    done = origin.run(read, later(1, read), later(2, write), later(40, read))
    assert done[0] is done[1] is done[3] is ConfigStatus.IDLE
    assert [at for at, _ in origin.arrived] == [0, 30.5, 30.5, 30.5, 40]
    assert [(p.reason, p.retry, p.writes, p.seconds) for p in origin.pauses] == [
        ("429 Too Many Requests", True, False, 30.5),
        ("the API's limit was reached", False, False, 29.5),
        ("the API's limit was reached", False, True, 28.5),
    ]
    assert {p.source for p in origin.pauses} == {"disk"}
    assert origin.pauses[2].request == f"PATCH importsource/{IMPORT_SOURCE[:4]}…/mapping"


def test_a_hold_also_holds_those_who_wait_for_their_turn_already() -> None:
    answers = iter([IDLE, httpx.Response(429, headers={"Retry-After": "60"})])
    origin = Origin(lambda _: next(answers, IDLE), requests_per_minute=60)
    origin.run(*[read] * 6)
    assert [at for at, _ in origin.arrived[:2]] == [0, 0]
    assert all(at >= 60 for at, _ in origin.arrived[2:])


def test_retries_are_told_with_what_went_wrong() -> None:
    origin = Origin(
        in_turn(
            httpx.Response(503), httpx.ReadTimeout("x"), httpx.ReadError("x"),
            httpx.ConnectError("x"), IDLE,
        )
    )  # fmt: skip
    origin.run(read)
    assert [p.reason for p in origin.pauses] == [
        "503 Service Unavailable",
        "api.example.com did not answer within 60 s",
        "the connection was cut, or the answer is not HTTP",
        "no connection to api.example.com",
    ]
    assert all(p.retry and not p.writes for p in origin.pauses)


@pytest.mark.parametrize(
    ("wait", "sent", "said"),
    [
        ("70", 3, "the next request is welcome in 70 s"),
        ("3600", 1, "the next request is welcome in 3600 s"),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 1, "the next request is welcome in more than a day"),
        ("9" * 400, 1, "the next request is welcome in more than a day"),
    ],
)
def test_what_asks_for_more_than_a_call_has_ends_it_at_once(
    wait: str, sent: int, said: str
) -> None:
    origin = Origin(lambda _: httpx.Response(429, headers={"Retry-After": wait}))
    (error,) = origin.run(read)
    assert isinstance(error, RateLimited)
    assert str(error).endswith(said)
    assert len(origin.arrived) == sent
    assert origin.time() == (sent - 1) * 70.5 <= CALL_SECONDS


def test_a_429_of_one_source_holds_the_others_for_a_while_only() -> None:
    endless = httpx.Response(429, headers={"Retry-After": "86400"})
    origin = Origin(in_turn(endless, IDLE))
    first, second = origin.run(read, later(1, read))
    assert isinstance(first, RateLimited)
    assert second is ConfigStatus.IDLE
    assert [at for at, _ in origin.arrived] == [0, HOLD_SECONDS + 0.5]


def test_a_slow_server_has_no_more_than_the_call_together() -> None:
    origin = Origin(in_turn(*[httpx.ReadTimeout("x")] * 4))
    origin.slowness = 59.0
    (error,) = origin.run(read)
    assert [at for at, _ in origin.arrived] == [59, 118.375, 178.125, 238.625]
    assert str(error).endswith("did not answer within 0.375 s; tried 4 times in 239 s")


def test_no_pause_goes_past_the_deadline_of_the_caller() -> None:
    origin = Origin(lambda _: httpx.Response(429, headers={"Retry-After": "30"}))
    (error,) = origin.run(within(50, write))
    assert isinstance(error, RateLimited)
    assert not error.sent
    assert [at for at, _ in origin.arrived] == [0, 30.5]
    assert origin.time() <= 50


def test_after_the_deadline_there_is_one_attempt_more() -> None:
    origin = Origin(lambda _: httpx.Response(503))
    (error,) = origin.run(within(0, read))
    assert isinstance(error, Unavailable)
    assert len(origin.arrived) == 1


def test_what_would_be_held_past_the_deadline_is_not_sent_at_all() -> None:
    origin = Origin(in_turn(httpx.Response(429, headers={"Retry-After": "90"}), IDLE))
    first, second = origin.run(read, later(1, within(60, write)))
    assert first is ConfigStatus.IDLE
    assert isinstance(second, RateLimited)
    assert not second.sent
    assert [method for _, method in origin.arrived] == ["GET", "GET"]
    assert str(second) == (
        "PATCH importsource/4d40…/mapping (disk) was not sent: the API's limit was reached, "
        "and its turn in 90 s is too late"
    )
