"""`drift`: report what changed in live outside of git."""

from functools import partial
from pathlib import Path

from reconciler.app.drift import (
    DriftRequest,
    detect_drift,
    drift_not_read,
    earlier_drift,
    save_to_journal,
)
from reconciler.app.event_loop import run_async
from reconciler.app.git import read_commit
from reconciler.app.project import open_environment
from reconciler.app.saved_plan import check_plan_name, save_plan, saved_line
from reconciler.app.selection import Selection
from reconciler.cli.failures import FAILURES, failure_diagnostics
from reconciler.cli.progress import ScreenProgress
from reconciler.cli.report_codes import of_drift
from reconciler.cli.reports import Reports
from reconciler.cli.settings import Settings
from reconciler.forges.webhook import Webhook
from reconciler.manifest.load import load_project_manifests
from reconciler.planning.drift.new_findings import has_new_drift, without_known
from reconciler.planning.drift.report import DriftReport, Shard
from reconciler.render.diagnostics import write_diagnostics
from reconciler.render.drift.slack import drift_slack
from reconciler.render.drift.text import write_drift_text
from reconciler.value import replace


def drift(
    settings: Settings,
    *,
    selection: Selection,
    reports: Reports[DriftReport],
    lists_all: bool,
    base: str | None,
    earlier: str | None,
    notify: str | None,
    save: Path | None,
    shard: Shard | None,
    parallelism: int,
) -> int:
    """Run the command and return its exit code."""
    reports = reports.telling(partial(write_drift_text, lists_all=lists_all))
    webhook = Webhook.of(notify) if notify else None
    request = DriftRequest(selection=selection, shard=shard, parallelism=parallelism)
    environment = settings.environment or ""
    try:
        project = open_environment(settings.environment)
        environment = project.environment.name
        if save is not None:
            check_plan_name(save, project)
        known = earlier_drift(project, earlier, notifies=webhook is not None)
        commit = None if base is None else read_commit(project, base)
        loaded = load_project_manifests(project)
        progress = ScreenProgress(settings.err)
        found = run_async(detect_drift(project, loaded, request, progress, commit))
    except FAILURES as error:
        report = drift_not_read(environment, request, failure_diagnostics(error))
        reports.tell_failure(report, error, settings)
        raise
    compared = without_known(found.report, known.seen)
    report = compared if earlier else found.report
    report = replace(report, diagnostics=(*report.diagnostics, *known.diagnostics))
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
