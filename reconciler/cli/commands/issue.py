"""`issue`: keep one issue up to date with drift, and close it when there is none."""

import json
import os
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import click

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


@click.command()
@click.argument("tracker", type=click.Choice([*map(str, TRACKERS)]), metavar="|".join(TRACKERS))
@click.option(
    "--report",
    "path",
    type=click.Path(path_type=Path),
    metavar="REPORT",
    required=True,
    help="The JSON of `drift` or `merge`: what the issue shows.",
)
@click.option(
    "--directory",
    metavar="DIR",
    help="The project's folder in the repository, by default from its root on.",
)
@click.option("--author", metavar="ACCOUNT", help="Whose issues are ours: the token's account.")
@click.option("--url", metavar="URL", help="Where it was seen, by default the CI's run.")
@click.option("--dry-run", is_flag=True, help="Print what the issue would say, and send nothing.")
@click.pass_obj
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
    """Open an issue where the report tells of drift, keep it up to date, close it in the end.

    There is one issue for each environment and directory; one that somebody else opened is
    left alone. A report with a source that could not be read has an issue too. Token and
    project come from the variables of the CI, or from those named JIRA_.

    Exit code: 0 once the issue says what the report does, whatever that is; 1 error.
    """
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
