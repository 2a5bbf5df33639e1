"""Run a whole plan: its sources side by side, each on its own, until done or stopped."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.applying.clock import Clock
from reconciler.applying.context import Context, Task
from reconciler.applying.execute import execute
from reconciler.applying.journal import Journal
from reconciler.applying.precheck import PLAN_AGAIN
from reconciler.applying.stop import Stop, ended_or_set
from reconciler.backend import Backend
from reconciler.errors import JournalError, PlanError, StalePlan
from reconciler.outcome.events import ApplyEnded, ApplyStarted, Emit, SourceEnded, SourceStarted
from reconciler.outcome.records import State
from reconciler.outcome.results import ApplyReport, Outcome, SourceResult
from reconciler.planning.plan import Action, Plan, SourcePlan


@dataclass(frozen=True, kw_only=True, slots=True)
class ApplyOptions:
    """How to run: `timeout` bounds all waiting for one source, `grace` what a first stop allows."""

    parallelism: int = 10
    fail_fast: bool = False
    timeout: float = 600.0
    grace: float = 30.0


async def apply(
    plan: Plan,
    backend: Backend,
    journal: Journal,
    *,
    options: ApplyOptions,
    emit: Emit,
    clock: Clock,
    stop: Stop,
    refused: Mapping[str, StalePlan] | None = None,
) -> ApplyReport:
    """Send what *plan* holds, just that, and return how it ended for each source.

    Nothing is sent for a source in *refused*, nor for one on which this very plan has
    acted before.

    What goes wrong with one source is in its result and does not touch the others, unless
    `options.fail_fast`. Raises PlanError where the plan cannot be applied at all, and
    JournalError where the journal cannot be written before anything is sent (or, with
    all results told as events, after the end).
    """
    _refuse_what_cannot_be_applied(plan)
    operations: Mapping[str, int] = {}
    run_id = None
    stale = {s: _applied_before() for s in journal.applied(plan)} | dict(refused or {})
    if plan.has_changes:
        run_id, operations = journal.begin(plan, at=clock.stamp())
    emit(
        ApplyStarted(
            environment=plan.environment, plan_digest=plan.digest, sources=tuple(operations)
        )
    )
    run = _Run(
        backend=backend,
        journal=journal,
        options=options,
        emit=emit,
        clock=clock,
        stop=stop,
        refused=stale,
    )
    results = await run.all_of(plan, operations)
    report = ApplyReport(results=results, interrupted=stop.asked.is_set())
    # Told first: a journal that fails now must not swallow what happened.
    emit(ApplyEnded(report=report))
    if run_id is not None:
        journal.finish(run_id, at=clock.stamp(), interrupted=report.interrupted)
    return report


def _applied_before() -> StalePlan:
    return StalePlan(
        "this plan was applied to the source before: a plan is applied once",
        code="already-applied",
        hint=PLAN_AGAIN,
    )


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
    backend: Backend
    journal: Journal
    options: ApplyOptions
    emit: Emit
    clock: Clock
    stop: Stop
    refused: Mapping[str, StalePlan]
    failed: asyncio.Event = field(default_factory=asyncio.Event)
    halt: asyncio.Event = field(default_factory=asyncio.Event)

    async def all_of(self, plan: Plan, operations: Mapping[str, int]) -> tuple[SourceResult, ...]:
        free = asyncio.Semaphore(self.options.parallelism)
        watch = asyncio.create_task(self._halt_after_grace())
        try:
            async with asyncio.TaskGroup() as group:
                running = [
                    group.create_task(self._one(planned, operations, free))
                    for planned in plan.sources
                ]
        finally:
            watch.cancel()
        return tuple(task.result() for task in running)

    async def _halt_after_grace(self) -> None:
        await self.stop.asked.wait()
        grace = asyncio.ensure_future(self.clock.sleep(self.options.grace))
        try:
            await ended_or_set(grace, self.stop.forced)
        finally:
            grace.cancel()
        self.halt.set()

    async def _one(
        self, planned: SourcePlan, operations: Mapping[str, int], free: asyncio.Semaphore
    ) -> SourceResult:
        if planned.operation is None:
            result = _nothing_to_send(planned)
        else:
            task = Task(
                planned=planned,
                operation=planned.operation,
                operation_id=operations[planned.source],
                refused=self.refused.get(planned.source),
            )
            async with free:
                result = self._held_back(task) or await self._supervised(task)
        if self.options.fail_fast and result.outcome.is_trouble:
            self.failed.set()
        self.emit(SourceEnded(result=result))
        return result

    async def _supervised(self, task: Task) -> SourceResult:
        context = Context(
            backend=self.backend,
            journal=self.journal,
            emit=self.emit,
            clock=self.clock,
            began=self.clock.monotonic(),
            timeout=self.options.timeout,
        )
        self.emit(SourceStarted(source=task.name, method=task.operation.method))
        work = asyncio.create_task(execute(context, task, held_back=lambda: self._held_back(task)))
        try:
            await ended_or_set(work, self.stop.asked)
            if not work.done() and self._state(task) is not State.NOT_STARTED:
                await ended_or_set(work, self.halt)
        finally:
            work.cancel()
        await asyncio.wait({work})
        if not work.cancelled():
            return work.result()
        state = self._state(task)
        return _without_end(task, *INTERRUPTED[state], seconds=context.elapsed)

    def _held_back(self, task: Task) -> SourceResult | None:
        if self.stop.asked.is_set():
            return _without_end(task, *INTERRUPTED[State.NOT_STARTED])
        if self.failed.is_set():
            return _without_end(task, Outcome.SKIPPED, "skipped after another source failed")
        return None

    def _state(self, task: Task) -> State:
        try:
            return self.journal.operation(task.operation_id).state
        except JournalError:
            # Unread is not unsent: assume the worse.
            return State.SENDING


# What is said of a source that was stopped in a state. The journal keeps the state: that is what
# a later run settles.
INTERRUPTED: dict[State, tuple[Outcome, str]] = {
    State.NOT_STARTED: (Outcome.NOT_STARTED, "not started; nothing was sent"),
    State.SENDING: (Outcome.INTERRUPTED, "it was sent; what came of it is not known yet"),
    State.ACCEPTED: (
        Outcome.INTERRUPTED,
        "it was accepted by the server and may still be running there",
    ),
}


def _without_end(
    task: Task, outcome: Outcome, message: str, *, seconds: float = 0.0
) -> SourceResult:
    return SourceResult(
        source=task.name,
        method=task.operation.method,
        outcome=outcome,
        message=message,
        seconds=seconds,
    )


def _nothing_to_send(planned: SourcePlan) -> SourceResult:
    is_blocked = planned.action is Action.BLOCKED
    return SourceResult(
        source=planned.source,
        method=None,
        outcome=Outcome.BLOCKED if is_blocked else Outcome.UNCHANGED,
        message=planned.reason.text if is_blocked else "nothing to change",
    )
