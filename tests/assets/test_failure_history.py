"""A failed ingestion is recorded: where no link leads, on the origin of the links, never too long.

The emulator is its other end: what it takes, it shows as the execution's end.
"""

import asyncio
import contextlib
from pathlib import Path

import httpx
import pytest

from reconciler.assets.auth import bearer
from reconciler.assets.client import AssetsBackend
from reconciler.assets.embedded import EMBEDDED_BASE_URL, embedded_transport
from reconciler.assets.failure_history import LONGEST_REASON, failure_body, failure_link
from reconciler.backend.import_sources import Execution, ExecutionStatus
from reconciler.emulator.app import create_app
from reconciler.emulator.faults import EmulatorOptions
from reconciler.errors import BackendError, ForeignOrigin, Rejected
from reconciler.model.canonical import canonical_json
from reconciler.value import replace
from tests.support.stages.assets_wire import BASE, CREATE, ROOT, SOURCE, TOKEN, Wire, always

EXECUTION = Execution(
    submit_progress="", submit_results="", get_status="", cancel=f"{ROOT}/executions/1"
)


@pytest.mark.parametrize(
    ("cancel", "link"),
    [
        (f"{ROOT}/executions/1", f"{ROOT}/executions/1/history/failed"),
        (f"{ROOT}/executions/1/", f"{ROOT}/executions/1/history/failed"),
        (f"{ROOT}/executions/1?x=/executions/2", f"{ROOT}/executions/1/history/failed"),
        ("/executions/a%2Fb#c", "/executions/a%2Fb/history/failed"),
    ],
)
def test_the_link_is_that_of_the_execution(cancel: str, link: str) -> None:
    assert failure_link(cancel) == link


@pytest.mark.parametrize("cancel", ["", ROOT, f"{ROOT}/executions/", f"{ROOT}/executions/1/stop"])
def test_another_link_leads_nowhere(cancel: str) -> None:
    wire = Wire(always(lambda: httpx.Response(204)))
    with pytest.raises(BackendError, match="is not that of an execution") as caught:
        wire.run(lambda b: b.record_failure(SOURCE, replace(EXECUTION, cancel=cancel), "x"))
    assert (wire.requests, caught.value.sent) == ([], False)


def test_another_origin_is_not_contacted() -> None:
    wire = Wire(always(lambda: httpx.Response(204)))
    away = replace(EXECUTION, cancel=EXECUTION.cancel.replace(BASE, "https://evil.example.com"))
    with pytest.raises(ForeignOrigin):
        wire.run(lambda b: b.record_failure(SOURCE, away, "x"))
    assert wire.requests == []


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("x" * LONGEST_REASON, "x" * LONGEST_REASON),
        ("x" * 2_000, "x" * (LONGEST_REASON - 1) + "…"),
        ("\U0001f600" * 512, "\U0001f600" * 512),
        ("\U0001f600" * 513, "\U0001f600" * 511 + "…"),
        ("the file \udcff.json", "the file ?.json"),
    ],
    ids=["fits", "too long", "pairs that fit", "a pair is not halved", "no text at all"],
)
def test_a_reason_is_cut_to_what_the_api_takes(reason: str, told: str) -> None:
    assert failure_body(reason) == {"failureReason": told}
    canonical_json(told)


def test_the_emulator_ends_what_failed(tmp_path: Path) -> None:
    app = create_app(tmp_path / "emulator.db", EmulatorOptions(token=TOKEN))

    async def scenario() -> tuple[ExecutionStatus | None, BaseException]:
        backend = AssetsBackend(
            base_url=EMBEDDED_BASE_URL,
            credentials=lambda _: bearer(TOKEN),
            transport=embedded_transport(app),
        )
        async with contextlib.aclosing(backend):
            await backend.submit(SOURCE, CREATE)
            execution = await backend.start_execution(SOURCE)
            await backend.record_failure(SOURCE, execution, "scan.json: broken at byte 7 " * 100)
            with pytest.raises(Rejected) as again:
                await backend.record_failure(SOURCE, execution, "once more")
            return await backend.latest_execution(SOURCE), again.value

    status, again = asyncio.run(scenario())
    app.state.close()
    assert status is not None
    assert (status.status, status.progress_result["result"]) == ("DONE", "ERROR")
    told = status.progress_result["errorMessages"]
    assert (len(told), told[:27], told[-1]) == (LONGEST_REASON, "scan.json: broken at byte 7", "…")
    assert "history/failed (disk) was refused (400" in str(again)
