"""`drift`: tell what changed in live behind git's back."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import click

from reconciler.cli.backends import backend_of
from reconciler.cli.commit import CommitManifests, read_commit
from reconciler.cli.desired import Desired, load_desired, open_project
from reconciler.cli.drift_formats import DRIFT_FORMATS, print_drift, write_drift_outputs
from reconciler.cli.formats import format_options
from reconciler.cli.plan_exit import of_drift
from reconciler.cli.planning import errored, plan_live
from reconciler.cli.settings import Settings
from reconciler.cli.sharding import ShardParam
from reconciler.errors import ManifestError
from reconciler.planning.drift import DriftReport, drift_of
from reconciler.planning.options import PlanOptions
from reconciler.planning.shard import Shard
from reconciler.render.diagnostics_text import write_diagnostics, write_verdict


@click.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@format_options("report", DRIFT_FORMATS)
@click.option("--base", metavar="REF", help="Who moved since the git commit REF, not since apply.")
@click.option(
    "--shard",
    type=ShardParam(),
    help=(
        "Only the share I of N of the sources, at an Nth of the pace; I may be `auto`, in a CI "
        "matrix or an Indexed Job."
    ),
)
@click.option(
    "--parallelism",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    metavar="N",
    help="At most N sources at once.",
)
@click.pass_obj
def drift(
    settings: Settings,
    *,
    sources: tuple[str, ...],
    format_: str,
    outputs: tuple[tuple[str, Path], ...],
    base: str | None,
    shard: Shard | None,
    parallelism: int,
) -> int:
    """Tell what changed in live behind git's back, of each SOURCE (all of them by default).

    Nothing but GET is ever sent. Exit code: 0 nothing drifted, 1 error, 2 drift.
    """
    report = _report(settings, sources, base=base, shard=shard, parallelism=parallelism)
    write_diagnostics(report.diagnostics, settings.err)
    if report.errored and not report.sources:
        write_verdict(report.diagnostics, settings.err)
    print_drift(report, format_, settings)
    write_drift_outputs(report, outputs, settings)
    return of_drift(report)


def _report(
    settings: Settings,
    names: tuple[str, ...],
    *,
    base: str | None,
    shard: Shard | None,
    parallelism: int,
) -> DriftReport:
    try:
        project = open_project(settings)
        desired = load_desired(project, names)
    except ManifestError as error:
        made = errored(settings.environment or "", error.diagnostics)
        return drift_of(made, (), today=_today())
    if shard is not None:
        share = tuple(m for m in desired.manifests if shard.has(m.source))
        desired = replace(desired, manifests=share)
    commit = read_commit(project, base) if base is not None else None
    total = 1 if shard is None else shard.total
    return asyncio.run(_read(settings, desired, commit, parallelism=parallelism, share=total))


async def _read(
    settings: Settings,
    desired: Desired,
    commit: CommitManifests | None,
    *,
    parallelism: int,
    share: int,
) -> DriftReport:
    project = desired.project
    async with backend_of(project, connections=parallelism, read_only=True, share=share) as backend:
        planned = await plan_live(
            desired,
            backend,
            options=PlanOptions(orphans=project.policy.orphans),
            parallelism=parallelism,
            screen=settings.err,
            commit=commit,
        )
    return drift_of(
        planned.plan,
        project.ignore,
        today=_today(),
        unread=[(name, str(error)) for name, error in planned.unread.items()],
    )


def _today() -> date:
    return datetime.now(UTC).date()
