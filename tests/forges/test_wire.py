"""Rate limits of the forges, waited for as they ask; time is told, nothing sleeps."""

import asyncio
from collections.abc import Coroutine
from contextlib import aclosing
from typing import Any, TypeVar

import pytest
from starlette.responses import Response

from reconciler.errors import RateLimited, Unavailable
from reconciler.forges.forge import Forge
from reconciler.forges.github import pulls as github
from reconciler.forges.gitlab import merge_requests as gitlab
from tests.support.forges import github_pulls as forge_github
from tests.support.forges import gitlab_merge_requests as forge_gitlab
from tests.support.forges.server import answered
from tests.support.stages.assets_wire import NOON, timed

T = TypeVar("T")
IN_A_MINUTE = str(int(NOON.timestamp()) + 60)
IN_AN_HOUR = str(int(NOON.timestamp()) + 3_600)


def run(pull: Forge, call: Coroutine[Any, Any, T]) -> T:
    async def closed() -> T:
        async with aclosing(pull):
            return await call

    return asyncio.run(closed())


LIMITS = {
    "429 with Retry-After": (answered(429, "slow", **{"Retry-After": "7"}), 7),
    "429 without": (answered(429, "slow"), 60),
    "403 with Retry-After": (answered(403, "secondary", **{"Retry-After": "9"}), 9),
    "403 of the secondary limit": (answered(403, "You have exceeded a secondary rate limit"), 60),
    "403 with a reset": (
        answered(403, "limit", **{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": IN_A_MINUTE}),
        60,
    ),
}


@pytest.mark.parametrize("case", LIMITS)
def test_github_says_when_to_come_again_and_is_obeyed(case: str) -> None:
    answer, seconds = LIMITS[case]
    sleeps: list[float] = []
    with forge_github.github() as desk:
        desk.instead = [answer]
        pull = github.from_environment(
            forge_github.variables(desk), pull=None, pacing=timed(sleeps)
        )
        assert run(pull, pull.post("hello")).text == "hello"
        assert len(desk.comments) == 1
    assert sleeps == [seconds]


LASTING = {
    "a reset in an hour": (
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": IN_AN_HOUR},
        "welcome in 3600 s",
    ),
    "a reset without end": (
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9" * 400},
        "welcome in more than a day",
    ),
    "the year 9999": ({"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"}, "in more than a day"),
    "seconds without end": ({"Retry-After": "9" * 400}, "welcome in more than a day"),
}


@pytest.mark.parametrize("case", LASTING)
def test_a_limit_that_lasts_is_told_at_once(case: str) -> None:
    headers, said = LASTING[case]
    sleeps: list[float] = []
    with forge_github.github() as desk:
        desk.instead = [answered(403, "limit", **headers)]
        pull = github.from_environment(
            forge_github.variables(desk), pull=None, pacing=timed(sleeps)
        )
        with pytest.raises(RateLimited, match=said):
            run(pull, pull.comments())
    assert sleeps == []


def test_a_post_that_may_have_acted_is_not_sent_again() -> None:
    sleeps: list[float] = []
    with forge_gitlab.gitlab() as desk:
        desk.instead = [Response(status_code=502)]
        pull = gitlab.from_environment(
            forge_gitlab.variables(desk), pull=None, pacing=timed(sleeps)
        )
        with pytest.raises(Unavailable) as caught:
            run(pull, pull.post("hello"))
        assert caught.value.sent
        assert len(desk.asked) == 1
    assert sleeps == []


def test_what_may_be_said_twice_is_sent_again() -> None:
    sleeps: list[float] = []
    with forge_gitlab.gitlab() as desk:
        desk.instead = [Response(status_code=502)]
        pull = gitlab.from_environment(
            forge_gitlab.variables(desk), pull=None, pacing=timed(sleeps)
        )
        run(pull, pull.change_labels(add=frozenset({"b", "a"}), remove=frozenset({"bug"})))
        assert desk.labels == ["a", "b"]
    assert len(sleeps) == 1
