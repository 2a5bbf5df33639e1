"""Read live and judge what drifted: what `drift` does between its options and its reports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from reconciler import __version__
from reconciler.applying.clock import Clock
from reconciler.cli.backends import backend_of
from reconciler.cli.commit import CommitManifests, read_commit
from reconciler.cli.desired import load_desired
from reconciler.cli.event_loop import until_done
from reconciler.cli.planning import Planned, errored, plan_live
from reconciler.cli.settings import Settings
from reconciler.diagnostics import Diagnostic
from reconciler.manifest.project import Project
from reconciler.planning.drift import DriftReport, drift_of
from reconciler.planning.options import PlanOptions
from reconciler.planning.plan import Plan
from reconciler.planning.planner import make_plan
from reconciler.planning.shard import Shard
from reconciler.planning.source_input import SourceInput


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What `drift` is asked to look at."""

    sources: tuple[str, ...] = ()
    base: str | None = None
    shard: Shard | None = None
    parallelism: int = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """What drifted, and what that was found from."""

    report: DriftReport
    inputs: Mapping[str, SourceInput] = field(default_factory=dict)

    def repair(self, project: Project) -> Plan:
        """Return the plan that takes back to git what alarms, and leaves all else as live has it.

        What the API cannot do is left open, and said.
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


def judged(settings: Settings, project: Project, wanted: Wanted) -> Judged:
    """Return what drifted of the sources that are *wanted*.

    Raises ManifestError and whatever reading the project, the commit and live may raise; a
    source that cannot be read is part of the report.
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
                screen=settings.err,
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
    """Return the report that says only why there is none."""
    made = drift_of(errored(environment, diagnostics), (), today=_today())
    return replace(made, shard=wanted.shard, selected=bool(wanted.sources))


def _today() -> date:
    return datetime.now(UTC).date()
