"""The words for drift in every format: text, Markdown, pages, issues, messages.

They include the two commands that end drift, what neither of them reaches, and the title of an
issue.
"""

from collections.abc import Mapping

from reconciler.command_line import command_line
from reconciler.diagnostics import Diagnostic, errors_in, in_reading_order
from reconciler.planning.change import LEFT_OPEN, Verdict
from reconciler.planning.drift.report import (
    AcknowledgementUse,
    DriftFinding,
    DriftReport,
    SourceDrift,
    Standing,
)
from reconciler.render.escape import escape
from reconciler.render.shorten import count, shorten

TITLES: Mapping[Standing, str] = {
    Standing.CONFLICT: "Changed in Assets and in git",
    Standing.DRIFT: "Changed in Assets, not in git",
    Standing.UNAPPLIED: "Changed in git, not applied yet",
    Standing.ACKNOWLEDGED: "Acknowledged",
    Standing.RESIDUE: "Known, unchanged since the last apply",
}


def closing(report: DriftReport) -> str:
    """Return *report* in a line: `Drift in 1 of 3 sources.`, and what else matters."""
    if report.errored and not report.sources:
        return "Nothing could be judged."
    sources = count(len(report.sources), "source")
    drifted = sum(s.alarms for s in report.sources)
    before = sum(s.drifted and not s.alarms for s in report.sources)
    unread = sum(s.error is not None for s in report.sources)
    if unread and unread == len(report.sources):
        return f"{sources} could not be read."
    # The drift of unreadable sources is unknown.
    judged = f"{len(report.sources) - unread} of {sources}" if unread else sources
    none = f"No new drift in {judged}" if before else f"No drift in {judged}"
    parts = [f"Drift in {drifted} of {sources}" if drifted else none]
    if before:
        parts.append(f"{before} drifted as reported before")
    if unread:
        parts.append(f"{unread} could not be read")
    elif report.errored:
        parts.append("there are more, which were not judged")
    return f"{'; '.join(parts)}."


def source_errors(report: DriftReport) -> tuple[Diagnostic, ...]:
    """Return the errors except those of unread sources, which show their own."""
    unread = {s.source for s in report.sources if s.error is not None}
    errors = in_reading_order(errors_in(report.diagnostics))
    return tuple(d for d in errors if d.source not in unread)


def to_do_about(use: AcknowledgementUse) -> str:
    """Return why an acknowledgement is one to look at."""
    if use.expired:
        return f"expired on {use.acknowledgement.expires}: it mutes nothing any more"
    return "mutes nothing: take it out"


CANNOT_REVERT = "apply cannot revert it"


def back_to_git(environment: str, source: SourceDrift) -> str | None:
    """Return the command that makes live equal to the manifest, as far as the API can.

    None if it can nothing of what alarms. The command allows a residual if a change is
    impossible, which would block the whole source.
    """
    if all(manual_steps(f) for f in source.findings if f.alarms):
        return None
    is_impossible = any(f.change.verdict is Verdict.IMPOSSIBLE for f in source.findings)
    if is_impossible:
        return command_line("apply --allow-residual", source.source, environment=environment)
    return command_line("apply", source.source, environment=environment)


def into_git(environment: str, source: SourceDrift) -> str:
    """Return the command that writes live's values into the manifest."""
    return command_line("pull", source.source, environment=environment)


def manual_steps(finding: DriftFinding) -> str | None:
    """Return what reverts *finding* if `apply` cannot; None if it can."""
    change = finding.change
    if change.verdict not in LEFT_OPEN:
        return None
    return ": ".join(filter(None, (CANNOT_REVERT, change.remedy)))


# GitHub allows 256 characters, GitLab and Jira 255; the numbers take the rest.
_LONGEST_NAME = 150


def is_wanted(report: DriftReport) -> bool:
    """Return whether somebody has to look: a source drifted or could not be judged."""
    return report.alarms or report.errored


def issue_title(report: DriftReport) -> str:
    """Return the title: `Drift in production: 2 of 30 sources, 1 could not be read`."""
    drifted = sum(s.alarms for s in report.sources)
    unread = sum(s.error is not None for s in report.sources)
    of_all = count(len(report.sources), "source")
    if drifted:
        text = f"{drifted} of {of_all}" + (f", {unread} could not be read" if unread else "")
    elif unread:
        text = f"{unread} of {of_all} could not be read"
    elif report.errored:
        text = "nothing could be judged"
    else:
        text = f"none in {of_all}"
    return f"Drift in {escape(shorten(report.environment, _LONGEST_NAME))}: {text}"
