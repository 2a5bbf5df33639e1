"""Watching an execution: each look is told, the pauses are those given, and the end ends it."""

import asyncio
from collections.abc import Sequence
from itertools import count

import pytest

from reconciler.cli.exit_codes import ExitCode
from reconciler.cli.report_codes import of_latest
from reconciler.errors import Unauthorized
from reconciler.ingest.watch import watch
from reconciler.outcome.imports import LatestImport, import_result
from tests.support.samples.imports import LIVE

GONE = Unauthorized("401", request="GET x", status=401)


def latest(status: str | None, result: str | None = None) -> LatestImport:
    found = None if status is None else import_result(status, {"result": result})
    return LatestImport(source="disk", found=found)


WITH_ERRORS = LatestImport(source="disk", found=import_result("DONE", LIVE))
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
    ("found", "code"),
    [
        (latest(None), ExitCode.DONE),
        (latest("PROCESSING"), ExitCode.DONE),
        (latest("DONE", "OK"), ExitCode.DONE),
        (WITH_ERRORS, ExitCode.BLOCKED),
        (latest("DONE", "ERROR"), ExitCode.ERROR),
        (latest("CANCELLED"), ExitCode.ERROR),
        (UNREADABLE, ExitCode.ERROR),
    ],
)
def test_the_exit_code_of_what_is_found(found: LatestImport, code: ExitCode) -> None:
    assert of_latest([latest(None), found]) is code
    assert of_latest([WITH_ERRORS, found]) is (code or ExitCode.BLOCKED)
