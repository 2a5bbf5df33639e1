"""Read live and classify drift: what `drift` does between its options and its reports.

Earlier runs are known by their report, read from its file, or by the journal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from reconciler import __version__
from reconciler.app.backends import backend_of
from reconciler.app.event_loop import until_done
from reconciler.app.files import read_json
from reconciler.app.git import CommitManifests, read_commit
from reconciler.app.plan import Planned, errored, plan_live
from reconciler.app.progress import Progress
from reconciler.app.project import is_empty, journal_of, load_desired
from reconciler.applying.clock import Clock
from reconciler.codes.run import RunCode
from reconciler.diagnostics import Diagnostic
from reconciler.errors import JournalError, ReconcilerError
from reconciler.manifest import schemas
from reconciler.manifest.project.file import Project
from reconciler.planning.drift.new_findings import Sighting, sightings
from reconciler.planning.drift.report import DriftReport, Shard, drift_of
from reconciler.planning.drift.report_file import read_drift
from reconciler.planning.inputs import PlanOptions, SourceInput
from reconciler.planning.plan import Plan
from reconciler.planning.planner import make_plan


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """The request of a `drift` command."""

    sources: tuple[str, ...] = ()
    base: str | None = None
    shard: Shard | None = None
    parallelism: int = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """A drift report, and the inputs that it was made from."""

    report: DriftReport
    inputs: Mapping[str, SourceInput] = field(default_factory=dict)

    def repair(self, project: Project) -> Plan:
        """Return the plan that reverts alarming drift to git, and leaves the rest of live alone.

        What the API cannot do stays open and is reported.
        """
        alarming = {
            s.source: frozenset(f.change.address for f in s.findings if f.standing.alarms)
            for s in self.report.sources
            if s.drifted
        }
        return make_plan(
            [replace(self.inputs[name], only=only) for name, only in alarming.items()],
            environment=self.report.environment,
            options=PlanOptions.of_repair(project.policy),
            tool_version=__version__,
            created_at=self.report.created_at,
        )


def judged(project: Project, wanted: Wanted, progress: Progress) -> Judged:
    """Return the drift of the sources in *wanted*.

    Raises ManifestError and any error of reading the project, the commit and live; a source
    that cannot be read is part of the report.
    """
    clock = Clock()
    began = clock.monotonic()
    desired = load_desired(project, wanted.sources)
    if (shard := wanted.shard) is not None:
        share = tuple(m for m in desired.manifests if shard.has(m.source))
        desired = replace(desired, manifests=share)
    commit = read_commit(project, wanted.base) if wanted.base is not None else None

    async def read(commit: CommitManifests | None) -> Planned:
        async with backend_of(
            project,
            connections=wanted.parallelism,
            read_only=True,
            share=shard.total if shard else 1,
        ) as backend:
            return await plan_live(
                desired,
                backend,
                options=PlanOptions.of_drift(project.policy),
                parallelism=wanted.parallelism,
                progress=progress,
                commit=commit,
            )

    planned = until_done(read(commit))
    report = drift_of(
        planned.plan,
        project.ignore,
        today=_today(),
        unread=[(name, str(error)) for name, error in planned.unread.items()],
    )
    return Judged(
        report=replace(
            report,
            shard=wanted.shard,
            selected=bool(wanted.sources),
            seconds=clock.monotonic() - began,
        ),
        inputs={given.ref.name: given for given in planned.inputs},
    )


def nothing_judged(
    environment: str, wanted: Wanted, diagnostics: Sequence[Diagnostic]
) -> DriftReport:
    """Return a report that only says why there is no other."""
    made = drift_of(errored(environment, diagnostics), (), today=_today())
    return replace(made, shard=wanted.shard, selected=bool(wanted.sources))


def _today() -> date:
    return datetime.now(UTC).date()


_MAKE_ONE = "make one: reconciler drift --output json=FILE"


def load_report(path: Path) -> DriftReport:
    """Return the report in *path*. Raises ReconcilerError if there is none."""
    raw = read_json(path, error=ReconcilerError)
    if faults := schemas.faults("drift", raw):
        raise ReconcilerError(
            f"{path} is not a drift report: {faults[0]}",
            hint=_MAKE_ONE,
        )
    try:
        return read_drift(raw)
    except ValueError as error:
        raise ReconcilerError(f"{path} is not a drift report: {error}", hint=_MAKE_ONE) from error


LAST = "last"


@dataclass(frozen=True, kw_only=True, slots=True)
class Earlier:
    """What was seen of each source earlier, and diagnostics about how that is known.

    `is_remembered`: it comes from the journal, which is to store what this run sees.
    """

    seen: Mapping[str, Sighting] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
    is_remembered: bool = False


def earlier_of(project: Project, since: str | None, *, notifies: bool) -> Earlier:
    """Return what the run named by *since* saw, nothing if none is given.

    `last`, which is also the default of a run that *notifies*, means the journal; anything
    else is the file of a report, which need not exist yet. Raises ReconcilerError if it is no
    drift report. A journal that cannot be read is a warning.
    """
    if since is None and not notifies:
        return Earlier()
    if since is None or since == LAST:
        return _of_journal(project)
    path = Path(since)
    if path.exists():
        return Earlier(seen=sightings(load_report(path)))
    first = RunCode.NO_EARLIER_REPORT.diagnostic(
        f"there is no report {path} yet: everything is news",
    )
    return Earlier(diagnostics=(first,))


def keep(project: Project, report: DriftReport, earlier: Earlier) -> tuple[Diagnostic, ...]:
    """Store what *report* saw in the journal; return a warning if that fails."""
    # Importing SQLAlchemy takes longer than most of `drift`.
    from reconciler.journal.drift_seen import remember  # noqa: PLC0415

    seen = sightings(report, earlier.seen)
    try:
        with journal_of(project) as journal:
            remember(journal.store, report.environment, seen, at=report.created_at)
    except JournalError as error:
        return (_warning(error, "the next run will tell the same again"),)
    return ()


def _of_journal(project: Project) -> Earlier:
    if is_empty(project):
        return Earlier(is_remembered=True)
    from reconciler.journal.drift_seen import recalled  # noqa: PLC0415 - as above

    try:
        with journal_of(project) as journal:
            seen = recalled(journal.store, project.environment.name)
    except JournalError as error:
        return Earlier(diagnostics=(_warning(error, "everything is news"),), is_remembered=True)
    return Earlier(seen=seen, is_remembered=True)


def _warning(error: JournalError, so: str) -> Diagnostic:
    return RunCode.JOURNAL_UNREADABLE.diagnostic(f"{error}; {so}", hint=error.hint)
