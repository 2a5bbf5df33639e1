"""Watching an execution: each look is told, the pauses are those given, and the end ends it."""

import asyncio
from collections.abc import Sequence
from itertools import count

import pytest

from reconciler.errors import Unauthorized
from reconciler.ingest.watch import watch
from reconciler.outcome.imports import LatestImport, import_result

GONE = Unauthorized("401", request="GET x", status=401)


def latest(status: str | None, result: str | None = None) -> LatestImport:
    found = None if status is None else import_result(status, {"result": result})
    return LatestImport(source="disk", found=found)


UNREADABLE = LatestImport(source="disk", found=GONE)


@pytest.mark.parametrize(
    "seen",
    [
        [latest(None)],
        [UNREADABLE],
        [latest("DONE", "OK")],
        [latest("INGESTING"), latest("PROCESSING"), latest("DONE", "ERROR")],
        [latest("INGESTING"), latest("INGESTING"), latest("CANCELLED")],
        [latest("SOMETHING_NEW"), latest("DONE", "OK")],
        [latest("PROCESSING"), UNREADABLE],
    ],
    ids=["never", "unreadable", "done", "failed", "cancelled", "unknown", "lost"],
)
def test_until_there_is_nothing_to_wait_for(seen: Sequence[LatestImport]) -> None:
    told: list[LatestImport] = []
    slept: list[float] = []
    answers = iter(seen)

    async def ask() -> LatestImport:
        return next(answers)

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    pauses = map(float, count(1))
    end = asyncio.run(watch(ask, pauses=pauses, sleep=sleep, on_update=told.append))
    assert (end, told) == (seen[-1], seen)
    assert slept == [float(n) for n in range(1, len(seen))]


@pytest.mark.parametrize(
    ("found", "well"),
    [
        (latest(None), True),
        (latest("PROCESSING"), True),
        (latest("DONE", "OK"), True),
        (latest("DONE", "ERROR"), False),
        (latest("CANCELLED"), False),
        (UNREADABLE, False),
    ],
)
def test_what_is_well(found: LatestImport, well: bool) -> None:  # noqa: FBT001 - a column
    assert found.is_well is well
