"""Hundreds of odd answers over a socket: each ends in a value or an error of ours, never a bug."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from reconciler.assets import call
from reconciler.assets.auth import bearer
from reconciler.assets.client import AssetsBackend
from reconciler.assets.connection import Connection
from reconciler.assets.schema_client import AssetsSchemaBackend
from reconciler.errors import BackendError
from reconciler.model.object_schema import ObjectSchema
from reconciler.model.source import ConfigStatus
from tests.support.matrix import every_or
from tests.support.processes.raw_server import listening, request_head
from tests.support.samples.odd_answers import ODD_ANSWERS
from tests.support.stages.assets_wire import SOURCE, TOKEN, UNTIMED, operation

FINE = b'HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n{"status":"IDLE"}'
# Each → whether it writes.
CALLS: dict[str, tuple[Callable[[Any], Any], bool]] = {
    "config status": (lambda b: b.config_status(SOURCE), False),
    "document": (lambda b: b.schema_and_mapping(SOURCE), False),
    "progress": (lambda b: b.progress(SOURCE, "/progress/1"), False),
    "discovery": (lambda b: b.discover(SOURCE), False),
    "submit": (lambda b: b.submit(SOURCE, operation()), True),
    "execution": (lambda b: b.start_execution(SOURCE), True),
    "token": (lambda b: b.issue_token(SOURCE), True),
}
SCHEMA = ObjectSchema(id="41", name="Network")
OF_SCHEMAS: dict[str, tuple[Callable[[Any], Any], bool]] = {
    "object schemas": (lambda b: b.object_schemas("w"), False),
    "content": (lambda b: b.content("w", SCHEMA), False),
    "count": (lambda b: b.count("w", "objectTypeId = 1"), False),
}


@pytest.mark.parametrize("name", [*CALLS, *OF_SCHEMAS])
def test_an_odd_answer_is_a_value_or_an_error_of_ours(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call, "READ_SECONDS", 2.0)
    monkeypatch.setattr(call, "WRITE_SECONDS", 2.0)
    ask, writes = {**CALLS, **OF_SCHEMAS}[name]
    kind = AssetsBackend if name in CALLS else AssetsSchemaBackend
    asked: list[bytes] = []
    answer = b""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await request_head(reader)
        is_healthy = b"/healthy/" in head
        asked.append(b"" if is_healthy else head)
        writer.write(FINE if is_healthy else answer)

    async def scenario() -> dict[str, str]:
        nonlocal answer
        wrong: dict[str, str] = {}
        async with listening(serve) as base_url:
            how: Any = {"credentials": lambda _: bearer(TOKEN), "pacing": UNTIMED}
            backend = kind(base_url=base_url, **how)
            healthy = AssetsBackend(base_url=f"{base_url}/healthy", **how)
            # A read and a write meet all of them: what reads an answer is the same for the others.
            some = ODD_ANSWERS if name in {"document", "submit"} else list(ODD_ANSWERS)[::32]
            for number, odd in enumerate(every_or(some, ODD_ANSWERS)):
                answer = ODD_ANSWERS[odd]
                asked.clear()
                siblings = [] if number % 10 else [healthy.config_status(SOURCE)]
                found, *others = await asyncio.gather(
                    ask(backend), *siblings, return_exceptions=True
                )
                if isinstance(found, BaseException) and not isinstance(found, BackendError):
                    wrong[odd] = repr(found)
                if isinstance(found, BackendError) and len(str(found)) > 1_000:
                    wrong[odd] = "a sentence without end"
                if any(other is not ConfigStatus.IDLE for other in others):
                    wrong[odd] = f"a sibling met {others}"
                if writes and sum(map(bool, asked)) > 1 and getattr(found, "status", 0) != 429:
                    wrong[odd] = f"written {len(asked)} times"
            closed: tuple[Connection, ...] = (backend, healthy)
            for each in closed:
                await each.aclose()
        return wrong

    assert asyncio.run(scenario()) == {}
    assert len(ODD_ANSWERS) > 400
