"""What an issue about drift says wherever it is kept: its title, and whether it is wanted."""

from reconciler.planning.drift import DriftReport
from reconciler.render.escape import escape
from reconciler.render.shorten import count, shorten

# GitHub holds 256 characters, GitLab and Jira 255; the numbers take the rest.
_LONGEST_NAME = 150


def is_wanted(report: DriftReport) -> bool:
    """Whether somebody has to look: a source drifted, or the report does not know of all."""
    return report.alarms or report.errored


def issue_title(report: DriftReport) -> str:
    """Return the title: `Drift in production: 2 of 30 sources, 1 could not be read`."""
    drifted = sum(s.alarms for s in report.sources)
    unread = sum(s.error is not None for s in report.sources)
    of_all = count(len(report.sources), "source")
    if drifted:
        said = f"{drifted} of {of_all}" + (f", {unread} could not be read" if unread else "")
    elif unread:
        said = f"{unread} of {of_all} could not be read"
    elif report.errored:
        said = "nothing could be judged"
    else:
        said = f"none in {of_all}"
    return f"Drift in {escape(shorten(report.environment, _LONGEST_NAME))}: {said}"
