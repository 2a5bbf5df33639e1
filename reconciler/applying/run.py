"""Run a whole plan: its sources in parallel, independently, until done or stopped."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from reconciler.applying.context import ApplyPorts, ApplyTask, Context
from reconciler.applying.execute import execute
from reconciler.applying.locks import Locks
from reconciler.applying.off_loop import off_loop
from reconciler.applying.stop import ended_or_set
from reconciler.errors import JournalError, PlanError, StalePlan
from reconciler.journal.leases import LEASE_SECONDS, Leases
from reconciler.outcome.events import ApplyEnded, ApplyStarted, SourceEnded, SourceStarted
from reconciler.outcome.records import OPEN, OperationRecord, RunRecord, State
from reconciler.outcome.results import ApplyReport, Outcome, SourceResult
from reconciler.planning.plan import Action, Plan, SourcePlan


@dataclass(frozen=True, kw_only=True, slots=True)
class ApplyOptions:
    """How to run.

    `timeout` limits all waiting for one source except for its lease, which `lock_timeout`
    limits; `grace` is the time after a first stop, and `lease` how long the lease of a source
    lasts that is not renewed. All in seconds.
    """

    parallelism: int = 10
    fail_fast: bool = False
    timeout: float = 600.0
    lock_timeout: float = 60.0
    grace: float = 30.0
    lease: float = LEASE_SECONDS


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

    An error of one source is in its result and does not affect the others, unless
    `options.fail_fast`. Raises PlanError if the plan cannot be applied at all, and
    JournalError if the journal cannot be written before anything is sent (or, with all
    results emitted as events, after the end).
    """
    _refuse_what_cannot_be_applied(plan)
    operations: Mapping[str, int] = {}
    run_id = None
    if plan.has_changes:
        run_id, operations = await off_loop(
            ports.journal.begin, plan, at=ports.clock.stamp(), runner=ports.runner.name
        )
    run = _Run(ports=ports, options=options, refused=refused or {}, left={}, operations=operations)
    return await _finished(run, plan, run_id)


async def resume(
    unfinished: RunRecord, plan: Plan, ports: ApplyPorts, *, options: ApplyOptions
) -> ApplyReport:
    """Continue a run that an earlier process left, and return how it ended for each source.

    Operations in flight are settled first (`reconciler.applying.recovery`); those that had
    not started are sent as usual. Those that had ended are unchanged and not in the report.
    Raises JournalError as `apply` does.
    """
    left = {o.source: o for o in unfinished.operations if o.state in OPEN}
    going_on = replace(plan, sources=tuple(s for s in plan.sources if s.source in left))
    run = _Run(
        ports=ports,
        options=options,
        refused={},
        left=left,
        operations={name: record.id for name, record in left.items()},
    )
    return await _finished(run, going_on, unfinished.id)


async def _finished(run: "_Run", plan: Plan, run_id: int | None) -> ApplyReport:
    ports = run.ports
    ports.emit(
        ApplyStarted(
            environment=plan.environment, plan_digest=plan.digest, sources=tuple(run.operations)
        )
    )
    results = await run.all_of(plan)
    report = ApplyReport(results=results, interrupted=ports.stop.asked.is_set())
    # Emitted first: a journal that fails now must not swallow what happened.
    ports.emit(ApplyEnded(report=report))
    if run_id is not None:
        await off_loop(
            ports.journal.finish, run_id, at=ports.clock.stamp(), interrupted=report.interrupted
        )
    return report


def _refuse_what_cannot_be_applied(plan: Plan) -> None:
    if plan.errored:
        raise PlanError("the plan was made with errors and cannot be applied")
    for planned in plan.sources:
        if planned.operation and planned.config_status is None:
            raise PlanError(
                f"the plan was made offline for {planned.source}: nobody asked the API",
                hint="plan again without --live",
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Run:
    """One run: its ports, what must not be sent, and what an earlier process left open."""

    ports: ApplyPorts
    options: ApplyOptions
    refused: Mapping[str, StalePlan]
    left: Mapping[str, OperationRecord]
    operations: Mapping[str, int]
    failed: asyncio.Event = field(default_factory=asyncio.Event)
    halt: asyncio.Event = field(default_factory=asyncio.Event)

    async def all_of(self, plan: Plan) -> tuple[SourceResult, ...]:
        free = asyncio.Semaphore(self.options.parallelism)
        locks = self._locks(plan)
        beside = [
            asyncio.create_task(self._halt_after_grace()),
            asyncio.create_task(locks.renew_forever()),
        ]
        try:
            async with asyncio.TaskGroup() as group:
                running = [
                    group.create_task(self._one(planned, free, locks)) for planned in plan.sources
                ]
        finally:
            for task in beside:
                task.cancel()
        return tuple(task.result() for task in running)

    def _locks(self, plan: Plan) -> Locks:
        ports = self.ports
        return Locks(
            leases=Leases(
                ports.journal.store,
                environment=plan.environment,
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
        self, planned: SourcePlan, free: asyncio.Semaphore, locks: Locks
    ) -> SourceResult:
        if planned.operation is None:
            result = _nothing_to_send(planned)
        else:
            task = ApplyTask(
                planned=planned,
                operation=planned.operation,
                operation_id=self.operations[planned.source],
                refused=self.refused.get(planned.source),
                left=self.left.get(planned.source),
            )
            async with free:
                result = self._stop_result(task) or await self._supervised(task, locks)
        if self.options.fail_fast and result.outcome.is_trouble:
            self.failed.set()
        self.ports.emit(SourceEnded(result=result))
        return result

    async def _supervised(self, task: ApplyTask, locks: Locks) -> SourceResult:
        ports = self.ports
        context = Context(
            backend=ports.backend,
            journal=ports.journal,
            locks=locks,
            emit=ports.emit,
            clock=ports.clock,
            began=ports.clock.monotonic(),
            timeout=self.options.timeout,
        )
        ports.emit(SourceStarted(source=task.name, method=task.operation.method))
        work = asyncio.create_task(execute(context, task, withheld=lambda: self._stop_result(task)))
        try:
            await ended_or_set(work, self.ports.stop.asked)
            if not work.done() and await self._state(task) is not State.NOT_STARTED:
                await ended_or_set(work, self.halt)
        finally:
            work.cancel()
        await asyncio.wait({work})
        if not work.cancelled():
            return work.result()
        state = await self._state(task)
        return _without_end(task, *INTERRUPTED[state], seconds=context.elapsed)

    def _stop_result(self, task: ApplyTask) -> SourceResult | None:
        if self.ports.stop.asked.is_set():
            state = task.left.state if task.left else State.NOT_STARTED
            return _without_end(task, *INTERRUPTED[state])
        if self.failed.is_set():
            return _without_end(task, Outcome.SKIPPED, "skipped after another source failed")
        return None

    async def _state(self, task: ApplyTask) -> State:
        try:
            return (await off_loop(self.ports.journal.operation, task.operation_id)).state
        except JournalError:
            # Not readable does not mean not sent: assume the worst.
            return State.SENDING


# The result of a source that was stopped in a state. The journal keeps the state: a later run
# settles it.
INTERRUPTED: dict[State, tuple[Outcome, str]] = {
    State.NOT_STARTED: (Outcome.NOT_STARTED, "not started; nothing was sent"),
    State.SENDING: (Outcome.INTERRUPTED, "it was sent; what came of it is not known yet"),
    State.ACCEPTED: (
        Outcome.INTERRUPTED,
        "it was accepted by the server and may still be running there",
    ),
    State.UNKNOWN: (Outcome.INTERRUPTED, "what came of it is not known yet"),
}


def _without_end(
    task: ApplyTask, outcome: Outcome, message: str, *, seconds: float = 0.0
) -> SourceResult:
    return SourceResult(
        source=task.name,
        method=task.operation.method,
        outcome=outcome,
        message=message,
        seconds=seconds,
        attempts=int(outcome is Outcome.INTERRUPTED),
    )


def _nothing_to_send(planned: SourcePlan) -> SourceResult:
    is_blocked = planned.action is Action.BLOCKED
    return SourceResult(
        source=planned.source,
        method=None,
        outcome=Outcome.BLOCKED if is_blocked else Outcome.UNCHANGED,
        message=planned.reason.text if is_blocked else "nothing to change",
    )
