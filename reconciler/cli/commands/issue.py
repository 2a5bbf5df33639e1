"""`issue`: keep one issue up to date with drift, and close it when there is none."""

import json
import os
from contextlib import aclosing
from pathlib import Path

from reconciler.app.drift import load_report
from reconciler.app.event_loop import run_async
from reconciler.app.repository import names_from_root, normal, project_directory
from reconciler.cli.settings import Settings
from reconciler.command_line import command_line
from reconciler.errors import ReconcilerError, WrongUsage
from reconciler.forges.issue import UpsertedIssue, close_issue, upsert_issue
from reconciler.forges.tracker import Message
from reconciler.forges.trackers import TRACKERS, TrackerName
from reconciler.planning.drift.new_findings import all_as_new
from reconciler.planning.drift.report import DriftReport
from reconciler.render.drift.words import is_wanted
from reconciler.render.report import diagnostics_named
from reconciler.value import replace


def issue(
    settings: Settings,
    *,
    tracker: str,
    path: Path,
    directory: str | None,
    author: str | None,
    url: str | None,
    dry_run: bool,
) -> int:
    """Run the command and return its exit code."""
    naming = names_from_root(settings.started)
    report = _named(all_as_new(load_report(path)), settings.environment)
    report = replace(report, diagnostics=diagnostics_named(report.diagnostics, naming))
    kind = TRACKERS[TrackerName(tracker)]
    folder = normal(directory) if directory else naming(project_directory())
    message = kind.message(report, folder, url or kind.run_url(os.environ))
    if dry_run:
        _print(message, report, settings)
        return 0

    async def kept() -> tuple[str, tuple[UpsertedIssue, ...]]:
        async with aclosing(kind.open(os.environ)) as opened:
            if is_wanted(report):
                return opened.name, (await upsert_issue(opened, message, author=author),)
            return opened.name, await close_issue(opened, message, author=author)

    name, done = run_async(kept())
    text = ", ".join(f"issue {each.issue} {each.done}" for each in done) or "nothing to do"
    settings.out.line(f"{name}: {text}")
    return 0


def _named(report: DriftReport, environment: str | None) -> DriftReport:
    """Return *report* with its environment, missing if the project file is in error."""
    if environment not in {None, report.environment} and report.environment:
        raise WrongUsage(
            f"the report is of {report.environment}, and --environment says {environment}"
        )
    if not report.environment and environment is None:
        raise ReconcilerError(
            "the report does not say of which environment it is",
            hint=f"name it: {command_line('issue TRACKER --report REPORT', environment='ENV')}",
        )
    return replace(report, environment=report.environment or environment or "")


def _print(message: Message, report: DriftReport, settings: Settings) -> None:
    if is_wanted(report):
        settings.out.line(f"An issue would be there, with the title: {message.title}")
    else:
        settings.out.line("An issue that is open would be closed, with the text:")
    body = message.body
    if not isinstance(body, str):
        body = json.dumps(body, ensure_ascii=False, indent=2) + "\n"
    settings.out.raw(f"\n{body}")
