"""The sources of a plan in one run: in parallel, independently, until done or stopped."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from reconciler.applying.context import (
    ApplyOptions,
    ApplyPorts,
    Context,
    Flight,
    SchemaAccess,
    SourceTask,
)
from reconciler.applying.execute import execute
from reconciler.applying.locks import Locks
from reconciler.applying.source_results import recorded, stopped, with_schema_operations
from reconciler.applying.stop import ended_or_set
from reconciler.applying.writers import Writers
from reconciler.errors import StalePlan
from reconciler.journal.leases import OBJECT_SCHEMAS, Leases
from reconciler.model.source import SourceRef
from reconciler.outcome.events import SourceEnded, SourceStarted
from reconciler.outcome.records import State
from reconciler.outcome.results import Outcome, SourceResult, nothing_to_send
from reconciler.planning.plan import Plan, SourcePlan
from reconciler.value import Value, field, replace


class SourceRuns(Value):
    """The sources of a run.

    It has the run's ports, what must not be sent, and the ids of the run and of the operations on
    mappings.
    """

    ports: ApplyPorts
    options: ApplyOptions
    refused: Mapping[str, StalePlan]
    run_id: int | None
    operations: Mapping[str, int]
    # The sources of each object schema that is known.
    sharing: Mapping[str, Sequence[SourceRef]]
    turns: Mapping[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    failed: asyncio.Event = field(default_factory=asyncio.Event)
    halt: asyncio.Event = field(default_factory=asyncio.Event)
    # Of the sources that were started, in this order.
    contexts: list[Context] = field(default_factory=list)

    def patience(self) -> float:
        """Return how long a call to the journal may take that is no source's."""
        if self.ports.stop.asked.is_set():
            return 0.0
        return self.contexts[-1].left if self.contexts else self.options.timeout

    async def all_of(self, plan: Plan) -> tuple[SourceResult, ...]:
        """Return the results of all sources of *plan*, in its order."""
        free = asyncio.Semaphore(self.options.parallelism)
        backend = self.ports.object_schemas
        has_calls = any(each.schema_operations for each in plan.sources)
        alone = self._locks(OBJECT_SCHEMAS) if has_calls or self.options.one_writer else None
        writers = Writers(of_sources=self._locks(plan.environment), of_schemas=alone)
        context = self._context(SchemaAccess(backend=backend) if backend and has_calls else None)
        beside = [self._halt_after_grace(), writers.renew_forever()]
        aside = [*map(asyncio.create_task, beside)]
        try:
            async with asyncio.TaskGroup() as group:
                running = [
                    group.create_task(self._one(planned, free, context, writers))
                    for planned in plan.sources
                ]
        finally:
            for task in aside:
                task.cancel()
        return tuple(task.result() for task in running)

    def _context(self, schemas: SchemaAccess | None) -> Context:
        """Return what each source of the run begins with."""
        ports = self.ports
        return Context(
            backend=ports.backend,
            journal=ports.journal,
            emit=ports.emit,
            clock=ports.clock,
            began=ports.clock.monotonic(),
            timeout=self.options.timeout,
            longest=timedelta(seconds=self.options.longest_operation),
            schemas=schemas,
        )

    def _locks(self, environment: str) -> Locks:
        ports = self.ports
        return Locks(
            leases=Leases(
                ports.journal.store,
                environment=environment,
                runner=ports.runner,
                seconds=self.options.lease,
            ),
            clock=ports.clock,
            emit=ports.emit,
            timeout=self.options.lock_timeout,
        )

    async def _halt_after_grace(self) -> None:
        await self.ports.stop.asked.wait()
        grace = asyncio.ensure_future(self.ports.clock.sleep(self.options.grace))
        try:
            await ended_or_set(grace, self.ports.stop.forced)
        finally:
            grace.cancel()
        self.halt.set()

    async def _one(
        self, planned: SourcePlan, free: asyncio.Semaphore, context: Context, writers: Writers
    ) -> SourceResult:
        task = self._task(planned)
        if task is None:
            result = nothing_to_send(planned)
        else:
            # Of one object schema in the plan's order: each finds what those before it left.
            async with self.turns[planned.object_schema or planned.source], free:
                withheld = await self._withheld(task)
                result = withheld or await self._supervised(task, context, writers)
            result = await with_schema_operations(self.ports.journal, task, result)
        if self.options.fail_fast and result.outcome.is_trouble:
            self.failed.set()
        self.ports.emit(SourceEnded(result=result))
        return result

    async def stopped(self, planned: SourcePlan) -> SourceResult:
        """Return the result of a source as the journal has it."""
        if (task := self._task(planned)) is None:
            return nothing_to_send(planned)
        journal = self.ports.journal
        return await with_schema_operations(journal, task, await self._stopped(task))

    def _task(self, planned: SourcePlan) -> SourceTask | None:
        if not planned.sends or self.run_id is None:
            return None
        return SourceTask(
            planned=planned,
            run_id=self.run_id,
            mapping_id=self.operations.get(planned.source),
            refused=self.refused.get(planned.source),
            beside=tuple(
                each
                for each in self.sharing.get(planned.object_schema or "", ())
                if each.name != planned.source
            ),
            schema_id=planned.schema_id,
        )

    async def _supervised(
        self, task: SourceTask, context: Context, writers: Writers
    ) -> SourceResult:
        context = replace(context.from_now(), flight=Flight())
        self.contexts.append(context)
        self.ports.emit(SourceStarted(source=task.name, method=task.method))
        work = asyncio.create_task(
            execute(context, task, writers=writers, withheld=lambda: self._withheld(task))
        )
        try:
            await ended_or_set(work, self.ports.stop.asked)
            if not work.done() and await self._may_have_been_sent(task):
                await ended_or_set(work, self.halt)
        finally:
            context.flight.given_up = not work.done()
            work.cancel()
        await asyncio.wait({work})
        if not work.cancelled():
            return work.result()
        return await self._stopped(task, seconds=context.elapsed)

    async def _stopped(self, task: SourceTask, *, seconds: float = 0.0) -> SourceResult:
        return stopped(await recorded(self.ports.journal, task), task, seconds=seconds)

    async def _withheld(self, task: SourceTask) -> SourceResult | None:
        if self.ports.stop.asked.is_set():
            return await self._stopped(task)
        # What was sent before is settled all the same.
        if self.failed.is_set() and not await self._may_have_been_sent(task):
            return SourceResult(
                source=task.name,
                method=task.method,
                outcome=Outcome.SKIPPED,
                message="skipped after another source failed",
            )
        return None

    async def _may_have_been_sent(self, task: SourceTask) -> bool:
        record = await recorded(self.ports.journal, task)
        return record is None or record.state is not State.NOT_STARTED
