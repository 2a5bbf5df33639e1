"""`drift`: report what changed in live outside of git."""

from dataclasses import replace
from pathlib import Path

import click

from reconciler.app.drift import (
    DriftRequest,
    detect_drift,
    drift_not_read,
    earlier_drift,
    save_to_journal,
)
from reconciler.app.event_loop import run_async
from reconciler.app.project import open_environment
from reconciler.app.saved_plan import check_plan_name, save_plan, saved_line
from reconciler.app.selection import Selection
from reconciler.cli.failures import FAILURES, failure_diagnostics
from reconciler.cli.formats import Reports, report_options
from reconciler.cli.options import PlanFile, parallelism_option
from reconciler.cli.progress import ScreenProgress
from reconciler.cli.report_codes import of_drift
from reconciler.cli.selection_options import selection_options, sources_argument
from reconciler.cli.settings import Settings
from reconciler.cli.shard import ShardParam
from reconciler.forges.webhook import Webhook
from reconciler.planning.drift.new_findings import has_new_drift, without_known
from reconciler.planning.drift.report import DriftReport, Shard
from reconciler.render.diagnostics import write_diagnostics
from reconciler.render.drift.slack import drift_slack
from reconciler.render.formats import DRIFT


@click.command()
@sources_argument
@report_options("report", DRIFT)
@click.option("--base", metavar="REF", help="Who moved since the git commit REF, not since apply.")
@click.option(
    "--since",
    "earlier",
    metavar="last|REPORT",
    help="Alarm for news only: since the last run with this option or --notify, or since the "
    "run that wrote the JSON file REPORT.",
)
@click.option(
    "--notify",
    metavar="URL",
    envvar="RECONCILER_NOTIFY",
    show_envvar=True,
    help="Post to a webhook of Slack, or one that takes its messages, when there is news.",
)
@click.option(
    "--save",
    type=PlanFile(),
    help="Save the plan that takes what drifted, and nothing else, back to git.",
)
@click.option(
    "--shard",
    type=ShardParam(),
    help=(
        "Only the share I of N of the sources, at an Nth of the pace; I may be `auto`, in a CI "
        "matrix or an Indexed Job."
    ),
)
@selection_options
@parallelism_option
@click.pass_obj
def drift(
    settings: Settings,
    *,
    selection: Selection,
    reports: Reports[DriftReport],
    base: str | None,
    earlier: str | None,
    notify: str | None,
    save: Path | None,
    shard: Shard | None,
    parallelism: int,
) -> int:
    """Tell what changed in live behind git's back, of each SOURCE (all of them by default).

    Nothing but GET is ever sent to Assets. Exit code: 0 nothing drifted, 1 error, 2 drift;
    with --since nothing but news is drift.
    """
    webhook = Webhook.of(notify) if notify else None
    request = DriftRequest(selection=selection, base=base, shard=shard, parallelism=parallelism)
    environment = settings.environment or ""
    try:
        project = open_environment(settings.environment)
        environment = project.environment.name
        if save is not None:
            check_plan_name(save, project)
        known = earlier_drift(project, earlier, notifies=webhook is not None)
        found = detect_drift(project, request, ScreenProgress(settings.err))
    except FAILURES as error:
        report = drift_not_read(environment, request, failure_diagnostics(error))
        reports.tell_failure(report, error, settings)
        raise
    compared = without_known(found.report, known.seen)
    report = compared if earlier else found.report
    report = replace(report, diagnostics=(*report.diagnostics, *known.diagnostics))
    write_diagnostics(report.diagnostics, settings.err)
    reports.show(report, settings)
    if save is not None:
        repair = found.repair(project)
        save_plan(repair, save)
        named = environment if project.path is None else None
        settings.err.line(saved_line(repair, save, named))
    if webhook is not None and has_new_drift(compared, known.seen):
        run_async(webhook.post(drift_slack(compared)))
        settings.err.line("The webhook was notified.")
    if known.is_from_journal:
        write_diagnostics(save_to_journal(project, found.report, known), settings.err)
    return of_drift(report)
