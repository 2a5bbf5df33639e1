"""Run a whole plan: its sources in parallel, independently, until done or stopped."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from reconciler.applying.context import (
    ApplyPorts,
    Context,
    Flight,
    SchemaAccess,
    SourceTask,
    ref_of,
)
from reconciler.applying.execute import execute
from reconciler.applying.locks import Locks
from reconciler.applying.off_loop import off_loop, waiting
from reconciler.applying.source_results import recorded, stopped, with_schema_operations
from reconciler.applying.stop import ended_or_set
from reconciler.applying.writers import Writers
from reconciler.errors import JournalError, PlanError, StalePlan
from reconciler.journal.leases import LEASE_SECONDS, OBJECT_SCHEMAS, Leases
from reconciler.model.source import SourceRef
from reconciler.outcome.events import (
    ApplyEnded,
    ApplyStarted,
    Emit,
    Event,
    SourceEnded,
    SourceStarted,
)
from reconciler.outcome.records import RunRecord, State
from reconciler.outcome.results import ApplyReport, Outcome, SourceResult, nothing_to_send
from reconciler.planning.plan import Plan, SourcePlan
from reconciler.value import Value, field, replace


class ApplyOptions(Value):
    """How to run.

    `timeout` limits all waiting for one source, for the journal too, except for its lease, which
    `lock_timeout` limits; `grace` is the time after a first stop, `lease` how long the lease of a
    source lasts that is not renewed, and `longest_operation` how long after it was sent an
    operation can have an effect. All in seconds. `one_writer`: who writes to an object schema
    that is known is the only one, which who sends schema operations is in any case.
    """

    parallelism: int = 10
    fail_fast: bool = False
    timeout: float = 600.0
    lock_timeout: float = 60.0
    grace: float = 30.0
    lease: float = LEASE_SECONDS
    longest_operation: float = 900.0
    one_writer: bool = False


async def apply(
    plan: Plan,
    ports: ApplyPorts,
    *,
    options: ApplyOptions,
    refused: Mapping[str, StalePlan] | None = None,
) -> ApplyReport:
    """Send exactly what *plan* holds, and return how it ended for each source.

    Nothing is sent for a source in *refused*, nor for one to which this very plan was sent
    before.

    Whatever is raised for one source is in its result and does not affect the others, unless
    `options.fail_fast`. Raises PlanError if the plan cannot be applied at all, and
    JournalError if the journal cannot be written before anything is sent (or, with all
    results emitted as events, after the end), and KeyboardInterrupt if a stop is requested before
    the run has begun.
    """
    _refuse_what_cannot_be_applied(plan, ports)
    run = _Run(
        ports=ports,
        options=options,
        refused=refused or {},
        run_id=None,
        operations={},
        sharing=_sharing(plan),
    )
    run_id = None
    with waiting(run.patience, last=ports.stop.left):
        if plan.has_changes:
            try:
                run_id, operations = await off_loop(
                    ports.journal.begin, plan, at=ports.clock.stamp(), runner=ports.runner.name
                )
            except JournalError as error:
                if ports.stop.asked.is_set():
                    raise KeyboardInterrupt from error
                raise
            run = replace(run, run_id=run_id, operations=operations)
        return await _finished(run, plan, run_id)


async def resume(
    unfinished: RunRecord,
    plan: Plan,
    ports: ApplyPorts,
    *,
    options: ApplyOptions,
    refused: Mapping[str, StalePlan] | None = None,
) -> ApplyReport:
    """Continue a run that an earlier process left, and return how it ended for each source.

    Operations in flight are settled first (`reconciler.applying.recovery`); those that had
    not started are sent as usual, but not for a source in *refused*. Those that had ended are
    unchanged and not in the report.
    Raises PlanError and JournalError as `apply` does.
    """
    left = unfinished.open_sources()
    going_on = replace(plan, sources=tuple(s for s in plan.sources if s.source in left))
    _refuse_what_cannot_be_applied(going_on, ports)
    run = _Run(
        ports=ports,
        options=options,
        refused=refused or {},
        run_id=unfinished.id,
        operations={o.source: o.id for o in unfinished.operations if o.source in left},
        sharing=_sharing(plan),
    )
    with waiting(run.patience, last=ports.stop.left):
        return await _finished(run, going_on, unfinished.id)


async def _finished(run: "_Run", plan: Plan, run_id: int | None) -> ApplyReport:
    listener = _Listener(run.ports.emit)
    run = replace(run, ports=replace(run.ports, emit=listener))
    ports = run.ports
    ports.emit(
        ApplyStarted(
            environment=plan.environment,
            plan_digest=plan.digest,
            sources=tuple(s.source for s in plan.sources if s.sends),
        )
    )
    try:
        results = await run.all_of(plan)
    except BaseException:
        # The run was cancelled, or worse: the journal has what became of it.
        results = tuple([await run.stopped(planned) for planned in plan.sources])
        ports.emit(ApplyEnded(report=ApplyReport(results=results, interrupted=True)))
        raise
    report = ApplyReport(results=results, interrupted=ports.stop.asked.is_set())
    # Emitted first: a journal that fails now must not swallow what happened.
    ports.emit(ApplyEnded(report=report))
    if run_id is not None:
        try:
            await off_loop(
                ports.journal.finish, run_id, at=ports.clock.stamp(), interrupted=report.interrupted
            )
        except JournalError:
            # Whoever interrupted it wants its end; a run without one is resumed like any other.
            if not report.interrupted:
                raise
    if listener.failure is not None:
        raise listener.failure
    return report


def _sharing(plan: Plan) -> Mapping[str, Sequence[SourceRef]]:
    found: defaultdict[str, list[SourceRef]] = defaultdict(list)
    for planned in plan.sources:
        if planned.object_schema is not None:
            found[planned.object_schema].append(ref_of(planned))
    return found


class _Listener:
    """Passes events on; what a listener raises waits for the end of the run and ends no source."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self.failure: Exception | None = None

    def __call__(self, event: Event) -> None:
        try:
            self._emit(event)
        except Exception as error:  # noqa: BLE001 - raised once all sources have ended
            self.failure = self.failure or error


def _refuse_what_cannot_be_applied(plan: Plan, ports: ApplyPorts) -> None:
    if plan.errored:
        raise PlanError("the plan was made with errors and cannot be applied")
    for planned in plan.sources:
        if planned.schema_operations and ports.object_schemas is None:
            raise PlanError(
                f"the plan holds schema operations for {planned.source}, and the environment has "
                "no credential for them",
                hint="add schemaAuth to it in reconciler.yaml",
            )
        if planned.sends and planned.config_status is None:
            raise PlanError(
                f"the plan was made offline for {planned.source}: nobody asked the API",
                hint="plan again without --live",
            )


class _Run(Value):
    """One run: its ports, what must not be sent, its id and those of the mappings' operations."""

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
