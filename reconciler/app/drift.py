"""Read live and classify drift: what `drift` does between its options and its reports.

Earlier runs are known by their report, read from its file, or by the journal.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from reconciler import __version__
from reconciler.app.backends import backends_of
from reconciler.app.desired import select_each
from reconciler.app.files import read_json
from reconciler.app.git import CommitManifests
from reconciler.app.offline_plan import failed_plan
from reconciler.app.plan import plan_live, with_remarks
from reconciler.app.progress import Progress
from reconciler.app.project import is_empty, journal_of
from reconciler.app.selection import Selection
from reconciler.applying.clock import Clock
from reconciler.codes.run import RunCode
from reconciler.command_line import command_line
from reconciler.diagnostics import Diagnostic, errors_in
from reconciler.errors import JournalError, ReconcilerError
from reconciler.manifest import schemas
from reconciler.manifest.load import Loaded
from reconciler.manifest.project.bindings import bind_each, check_bound
from reconciler.manifest.project.model import Project
from reconciler.outcome.unexpected_answers import UnexpectedAnswers
from reconciler.planning.drift.new_findings import DriftSeen, drift_seen
from reconciler.planning.drift.report import DriftReport, Shard, drift_of
from reconciler.planning.drift.report_file import read_drift
from reconciler.planning.inputs import PlanOptions, SourceInput
from reconciler.planning.plan import Plan
from reconciler.planning.planner import make_plan
from reconciler.planning.shown_plan import without_prefix
from reconciler.value import Value, field, replace


class DriftRequest(Value):
    """The request of a `drift` command."""

    selection: Selection = field(default_factory=Selection)
    shard: Shard | None = None
    parallelism: int = 10


class DriftRun(Value):
    """A drift report, and the plan and the inputs that it was made from."""

    report: DriftReport
    plan: Plan
    inputs: Mapping[str, SourceInput]

    def repair(self, project: Project) -> Plan:
        """Return the plan that reverts alarming drift to git, and leaves the rest of live alone.

        What the API cannot do stays open and is reported.
        """
        prefix = self.plan.id_prefix
        alarming = {
            s.source: {f.change.address for f in s.findings if f.standing.alarms}
            for s in self.report.sources
            if s.drifted
        }
        only = {
            s.source: frozenset(
                c.address
                for c in s.changes
                if prefix.off_address(c.address) in alarming[s.source]  # as the report shows it
            )
            for s in self.plan.sources
            if s.source in alarming
        }
        return make_plan(
            [replace(self.inputs[name], only=these) for name, these in only.items()],
            environment=self.report.environment,
            id_prefix=prefix,
            options=PlanOptions.of_repair(project.policy),
            tool_version=__version__,
            created_at=self.report.created_at,
        )


async def detect_drift(
    project: Project,
    loaded: Loaded,
    request: DriftRequest,
    progress: Progress,
    commit: CommitManifests | None = None,
) -> DriftRun:
    """Return the drift of the sources in *request*, whose manifests are among those *loaded*.

    Changes are attributed against *commit*, without one against the journal's receipts.
    Raises ManifestError and any error of reading the project and live. A source
    that cannot be read is part of the report, and so is one whose manifest or binding is in
    error: the others are judged.
    """
    clock = Clock()
    began = clock.monotonic()
    desired, failed = select_each(project, loaded, request.selection)
    if (shard := request.shard) is not None:
        # A token tells one source only, also where several jobs share them.
        check_bound(project, [m.source for m in desired.manifests], desired.loaded)
        share = tuple(m for m in desired.manifests if shard.has(m.source))
        desired = replace(desired, manifests=share)
        failed = {name: error for name, error in failed.items() if shard.has(name)}
    bound = bind_each(project, [m.source for m in desired.manifests], desired.loaded)
    failed |= bound.failed
    desired = replace(
        desired,
        manifests=tuple(m for m in desired.manifests if m.source not in failed),
        diagnostics=(
            *desired.diagnostics,
            *(d for error in bound.failed.values() for d in error.diagnostics),
        ),
    )
    unexpected = UnexpectedAnswers()
    async with backends_of(
        project,
        connections=request.parallelism,
        read_only=True,
        reads=len(desired.manifests),
        share=shard.total if shard else 1,
        unexpected=unexpected,
    ) as backends:
        planned = await plan_live(
            desired,
            backends,
            options=PlanOptions.of_drift(project.policy),
            parallelism=request.parallelism,
            progress=progress,
            commit=commit,
            deletes=False,
        )
    planned = with_remarks(planned, unexpected.diagnostics())
    report = drift_of(
        without_prefix(replace(planned.plan, errored=bool(errors_in(desired.diagnostics)))),
        project.ignore,
        today=_today(),
        unread=[(name, str(error)) for name, error in (failed | planned.unread).items()],
    )
    return DriftRun(
        report=replace(
            report,
            shard=request.shard,
            selected=request.selection.is_partial,
            seconds=clock.monotonic() - began,
        ),
        plan=planned.plan,
        inputs={given.ref.name: given for given in planned.inputs},
    )


def drift_not_read(
    environment: str, request: DriftRequest, diagnostics: Sequence[Diagnostic]
) -> DriftReport:
    """Return a report that only says why there is no other."""
    made = drift_of(failed_plan(environment, diagnostics), (), today=_today())
    return replace(made, shard=request.shard, selected=request.selection.is_partial)


def _today() -> date:
    return datetime.now(UTC).date()


def _make_one() -> str:
    return f"make one: {command_line('drift --output json=FILE')}"


def load_report(path: Path) -> DriftReport:
    """Return the report in *path*. Raises ReconcilerError if it is unreadable or no report."""
    raw = read_json(path)
    if faults := schemas.schema_faults("drift", raw):
        raise ReconcilerError(
            f"{path} is not a drift report: {faults[0]}",
            hint=_make_one(),
        )
    try:
        return read_drift(raw)
    except ValueError as error:
        raise ReconcilerError(f"{path} is not a drift report: {error}", hint=_make_one()) from error


def load_reports(paths: Iterable[Path]) -> list[DriftReport]:
    """Return the report in each of *paths*. Raises what `load_report` raises, for all at once."""
    reports: list[DriftReport] = []
    failed: list[ReconcilerError] = []
    for path in paths:
        try:
            reports.append(load_report(path))
        except ReconcilerError as error:
            failed.append(error)
    if failed:
        raise ExceptionGroup("reports that cannot be read", failed)
    return reports


LAST = "last"


class EarlierDrift(Value):
    """What was seen of each source earlier, and diagnostics about how that is known.

    `is_from_journal`: it comes from the journal, which is to store what this run sees.
    """

    seen: Mapping[str, DriftSeen] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
    is_from_journal: bool = False


def earlier_drift(project: Project, since: str | None, *, notifies: bool) -> EarlierDrift:
    """Return what the run named by *since* saw, nothing if none is given.

    `last`, which is also the default of a run that *notifies*, means the journal; anything
    else is the file of a report, which need not exist yet. Raises ReconcilerError if it is no
    drift report. A journal that cannot be read is a warning.
    """
    if since is None and not notifies:
        return EarlierDrift()
    if since is None or since == LAST:
        return _of_journal(project)
    path = Path(since)
    if path.exists():
        return EarlierDrift(seen=drift_seen(load_report(path)))
    first = RunCode.NO_EARLIER_REPORT.diagnostic(
        f"there is no report {path} yet: all drift is reported as new",
    )
    return EarlierDrift(diagnostics=(first,))


def save_to_journal(
    project: Project, report: DriftReport, earlier: EarlierDrift
) -> tuple[Diagnostic, ...]:
    """Store what *report* saw in the journal; return a warning if that fails."""
    # Importing SQLAlchemy takes longer than most of `drift`.
    from reconciler.journal.drift_seen import save_drift_seen  # noqa: PLC0415

    seen = drift_seen(report, earlier.seen)
    try:
        with journal_of(project) as journal:
            save_drift_seen(journal.store, report.environment, seen, at=report.created_at)
    except JournalError as error:
        return (_warning(error, "it will be reported again"),)
    return ()


def _of_journal(project: Project) -> EarlierDrift:
    if is_empty(project):
        return EarlierDrift(is_from_journal=True)
    from reconciler.journal.drift_seen import load_drift_seen  # noqa: PLC0415 - as above

    try:
        with journal_of(project) as journal:
            seen = load_drift_seen(journal.store, project.environment.name)
    except JournalError as error:
        return EarlierDrift(
            diagnostics=(_warning(error, "all drift is reported as new"),), is_from_journal=True
        )
    return EarlierDrift(seen=seen, is_from_journal=True)


def _warning(error: JournalError, so: str) -> Diagnostic:
    return RunCode.JOURNAL_UNREADABLE.diagnostic(f"{error}; {so}", hint=error.hint)
