"""Run a whole ingestion: begin an execution, send the data, follow it to its end."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from reconciler.applying.ingestion_record import Ingestion
from reconciler.ingest.begin import begin, check_free
from reconciler.ingest.course import carry_on
from reconciler.ingest.ports import Options, Ports
from reconciler.ingest.stopping import Stopped, unless
from reconciler.model.source import SourceRef
from reconciler.outcome.ingest_report import IngestEnding, IngestReport


async def ingest(
    ports: Ports, source: SourceRef, ingestion: Ingestion, options: Options
) -> IngestReport:
    """Send the data of *ingestion* to *source* in an execution of its own, and follow it.

    Raises ReconcilerError where no execution began; from then on the report tells.
    """
    asked, nothing = ports.stop.asked, "nothing was sent"
    async with contextlib.AsyncExitStack() as stack:
        try:
            locked = stack.enter_async_context(held(ports, source.name, options))
            await unless(asked, locked, note=nothing)
            await unless(asked, check_free(ports, source), note=nothing)
            task = await begin(ports, source, ingestion)
        except Stopped as stopped:
            return IngestReport(
                source=source.name, ending=IngestEnding.INTERRUPTED, note=stopped.note
            )
        return await carry_on(ports, task, options)


@contextlib.asynccontextmanager
async def held(ports: Ports, source: str, options: Options) -> AsyncIterator[None]:
    """Hold the lock of *source*, which apply holds too, during the block. Raises Locked."""
    locks = ports.locks(options.lock_timeout)
    keeping = asyncio.create_task(locks.keep())
    try:
        async with locks.hold(source):
            yield
    finally:
        keeping.cancel()
