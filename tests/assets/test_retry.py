"""When a request goes out again, and after what wait (api.md#rate-limits)."""

import asyncio
import math
import ssl
from collections.abc import Coroutine
from typing import Any

import httpx
import pytest

from reconciler.assets.client import AssetsBackend
from reconciler.assets.reply import Reply
from reconciler.assets.retry import (
    ATTEMPTS,
    READS,
    WRITES,
    RetryPolicy,
    nothing_listens,
    wait_asked,
    with_retries,
)
from reconciler.errors import RateLimited, Unavailable
from reconciler.model.source import ConfigStatus
from tests.support.stages.assets_wire import (
    NOON,
    SOURCE,
    Call,
    Wire,
    always,
    in_turn,
    operation,
    timed,
)

IDLE = httpx.Response(200, json={"status": "IDLE"})


def read(backend: AssetsBackend) -> Coroutine[Any, Any, Any]:
    return backend.config_status(SOURCE)


def write(backend: AssetsBackend) -> Coroutine[Any, Any, Any]:
    return backend.submit(SOURCE, operation("PATCH"))


@pytest.mark.parametrize("status", [408, 425, 429, 502, 503, 504])
def test_a_read_is_asked_again(status: int) -> None:
    wire = Wire(in_turn(httpx.Response(status), httpx.Response(status), IDLE))
    assert wire.run(read) is ConfigStatus.IDLE
    assert wire.sleeps == [0.5, 1.0]


@pytest.mark.parametrize(
    "failure",
    [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError, httpx.ReadError],
)
def test_a_read_is_asked_again_after_a_failure(failure: type[httpx.TransportError]) -> None:
    wire = Wire(in_turn(failure("x"), IDLE))
    assert wire.run(read) is ConfigStatus.IDLE
    assert wire.sleeps == [0.5]


def test_a_500_is_not_asked_again() -> None:
    wire = Wire(in_turn(httpx.Response(500)))
    with pytest.raises(Unavailable, match="answered 500 Internal Server Error"):
        wire.run(read)


def test_the_attempts_are_bounded_and_the_last_answer_counts() -> None:
    wire = Wire(always(lambda: httpx.Response(429)))
    with pytest.raises(RateLimited) as error:
        wire.run(read)
    assert len(wire.requests) == ATTEMPTS
    assert wire.sleeps == [0.5, 1.0, 2.0, 4.0]
    assert not error.value.sent


def test_a_write_is_sent_again_where_nothing_can_have_happened() -> None:
    wire = Wire(
        in_turn(
            httpx.ConnectError("refused"),
            httpx.Response(429, headers={"Retry-After": "7"}),
            httpx.Response(204),
        )
    )
    assert wire.run(write).settled
    assert wire.sleeps == [0.5, 7.0]
    assert len({r.content for r in wire.requests}) == 1


@pytest.mark.parametrize(
    ("url", "listens_not"),
    [
        ("http://localhost:8080/", True),
        ("https://localhost:8080/", False),  # a proxy may have refused
        ("http://api.example.com/", False),
    ],
)
def test_this_machine_may_refuse_at_several_addresses(url: str, *, listens_not: bool) -> None:
    """`localhost` has two on most: what refuses both listens on none."""
    error = httpx.ConnectError("", request=httpx.Request("GET", url))
    error.__cause__ = ExceptionGroup("", [ConnectionRefusedError(), ConnectionRefusedError()])
    assert nothing_listens(error) is listens_not


def test_a_bad_certificate_is_not_tried_again() -> None:
    refused = httpx.ConnectError("x")
    refused.__cause__ = ssl.SSLCertVerificationError("self-signed")
    wire = Wire(in_turn(refused))
    with pytest.raises(Unavailable, match="certificate is not trusted") as error:
        wire.run(write)
    assert not error.value.sent
    assert "SSL_CERT_FILE" in str(error.value.hint)


IN_30_S = "Sat, 01 Mar 2025 12:00:30 GMT"
WAITS = {
    "seconds": ({"Retry-After": "30"}, 30.0),
    "a date": ({"Retry-After": IN_30_S}, 30.0),
    "a reset in ISO 8601": ({"X-RateLimit-Reset": "2025-03-01T12:00:30Z"}, 30.0),
    "a reset with an offset": ({"X-RateLimit-Reset": "2025-03-01T13:00:30+01:00"}, 30.0),
    "a reset without seconds": ({"X-RateLimit-Reset": "2025-03-01T12:01Z"}, 60.0),
    "a reset without a zone is UTC": ({"X-RateLimit-Reset": "2025-03-01T12:00:30"}, 30.0),
    "Retry-After before the reset": (
        {"Retry-After": "5", "X-RateLimit-Reset": "2025-03-01T12:00:30Z"},
        5.0,
    ),
    "the reset where Retry-After cannot be read": (
        {"Retry-After": "soon", "X-RateLimit-Reset": "2025-03-01T12:00:30Z"},
        30.0,
    ),
    "nothing": ({}, None),
    "a date that has passed": ({"Retry-After": "Sat, 01 Mar 2025 11:00:00 GMT"}, None),
    "a negative number": ({"Retry-After": "-1"}, None),
    "not a number": ({"Retry-After": "nan"}, None),
    "infinity": ({"Retry-After": "inf"}, None),
    "nonsense": ({"Retry-After": "\x01", "X-RateLimit-Reset": "tomorrow"}, None),
}


@pytest.mark.parametrize(("headers", "seconds"), WAITS.values(), ids=WAITS)
def test_the_wait_that_is_asked_for(headers: dict[str, str], seconds: float | None) -> None:
    assert wait_asked(httpx.Headers(headers), now=NOON) == seconds


@pytest.mark.parametrize(
    ("headers", "slept"),
    [
        ({"X-RateLimit-Reset": "2025-03-01T12:00:30Z"}, 30.0),
        ({"Retry-After": "170"}, 170.0),
        ({"Retry-After": "0"}, 0.0),
        ({"Retry-After": "soon"}, 0.5),
    ],
)
@pytest.mark.parametrize("call", [read, write], ids=["read", "write"])
def test_a_429_waits_as_asked(call: Call, headers: dict[str, str], slept: float) -> None:
    last = IDLE if call is read else httpx.Response(204)
    wire = Wire(in_turn(httpx.Response(429, headers=headers), last))
    wire.run(call)
    assert wire.sleeps == [slept]


@pytest.mark.parametrize("policy", [READS, WRITES], ids=["reads", "writes"])
def test_the_jitter_spreads_the_waits(policy: RetryPolicy) -> None:
    async def waits(rng: float) -> list[float]:
        slept: list[float] = []
        told: list[float] = []
        answers = iter([{}, {"Retry-After": "10"}, None])

        async def send() -> Reply:
            headers = next(answers)
            status = 204 if headers is None else 429
            return Reply(status=status, headers=httpx.Headers(headers))

        await with_retries(
            send,
            policy=policy,
            pacing=timed(slept, rng=rng),
            left=lambda: math.inf,
            on_pause=lambda _, seconds: told.append(seconds),
        )
        assert told == slept
        return slept

    assert asyncio.run(waits(0.0)) == [0.5, 10.0]
    assert asyncio.run(waits(0.5)) == [0.375, 10.5]
