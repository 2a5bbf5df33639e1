"""Run a whole plan, or what an earlier process left of one, and report how it ended."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from reconciler.applying.context import ApplyOptions, ApplyPorts, ref_of
from reconciler.applying.off_loop import off_loop, waiting
from reconciler.applying.source_runs import SourceRuns
from reconciler.errors import JournalError, PlanError, StalePlan
from reconciler.model.source import SourceRef
from reconciler.outcome.events import (
    ApplyEnded,
    ApplyStarted,
    Emit,
    Event,
)
from reconciler.outcome.records import RunRecord
from reconciler.outcome.results import ApplyReport
from reconciler.planning.plan import Plan
from reconciler.value import replace


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
    run = SourceRuns(
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
    run = SourceRuns(
        ports=ports,
        options=options,
        refused=refused or {},
        run_id=unfinished.id,
        operations={o.source: o.id for o in unfinished.operations if o.source in left},
        sharing=_sharing(plan),
    )
    with waiting(run.patience, last=ports.stop.left):
        return await _finished(run, going_on, unfinished.id)


async def _finished(run: SourceRuns, plan: Plan, run_id: int | None) -> ApplyReport:
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
