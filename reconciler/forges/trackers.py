"""The trackers by their command line names, and their differences."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reconciler import __version__
from reconciler.forges import bitbucket, jira
from reconciler.forges.github import issues as github_issues
from reconciler.forges.github import pulls as github
from reconciler.forges.gitlab import issues as gitlab_issues
from reconciler.forges.gitlab import merge_requests as gitlab
from reconciler.forges.tracker import Message, Tracker
from reconciler.model.canonical import digest
from reconciler.planning.drift.report import DriftReport
from reconciler.render.adf.drift import drift_nodes
from reconciler.render.adf.nodes import document, link, paragraph, size, text
from reconciler.render.drift.words import issue_title
from reconciler.render.markdown.drift import drift_markdown
from reconciler.render.markdown.marker import DRIFT, Marker
from reconciler.render.markdown.prose import SEPARATOR, placed
from reconciler.render.markdown.truncation import link as linked


@dataclass(frozen=True, kw_only=True, slots=True)
class TrackerKind:
    """A tracker: how to open it, how to format a report for it, and the URL of the run."""

    opened: Callable[[Mapping[str, str]], Tracker]
    message: Callable[[DriftReport, str, str | None], Message]
    run_url: Callable[[Mapping[str, str]], str | None]


def in_markdown(longest: int) -> Callable[[DriftReport, str, str | None], Message]:
    """Return the function that formats a report as Markdown of at most *longest* characters."""

    def said(report: DriftReport, directory: str, run: str | None) -> Message:
        title = issue_title(report)
        foot = f"Seen in {linked(run)}\n" if run else ""
        # All digests have the same length.
        room = longest - placed(str(_marker(report, directory, digest("")))) - placed(foot)
        body = drift_markdown(report, limit=room)
        marker = _marker(report, directory, digest([title, body]))
        parts = filter(None, (f"{marker}\n{body.rstrip()}", foot))
        return Message(title=title, body=SEPARATOR.join(parts), marker=marker)

    return said


def in_document(report: DriftReport, directory: str, run: str | None) -> Message:
    """Return the report in Jira's own format."""
    title = issue_title(report)
    foot = (paragraph(text("Seen in "), link(run)),) if run else ()
    around = size(document(foot))
    nodes = drift_nodes(report, limit=jira.LONGEST - around)
    marker = _marker(report, directory, digest([title, nodes]))
    return Message(title=title, body=document((*nodes, *foot)), marker=marker)


def run_of_any(values: Mapping[str, str]) -> str | None:
    """Return the URL of the run in whichever CI this is, None outside of CI."""
    found = (forge.run_url(values) for forge in (bitbucket, github, gitlab))
    return next(filter(None, found), None)


TRACKERS = {
    "github": TrackerKind(
        opened=github_issues.from_environment,
        message=in_markdown(github.LONGEST),
        run_url=github.run_url,
    ),
    "gitlab": TrackerKind(
        opened=gitlab_issues.from_environment,
        message=in_markdown(gitlab.LONGEST),
        run_url=gitlab.run_url,
    ),
    "jira": TrackerKind(
        opened=jira.from_environment,
        message=in_document,
        run_url=run_of_any,
    ),
}


def _marker(report: DriftReport, directory: str, shown: str) -> Marker:
    return Marker(
        environment=report.environment,
        directory=directory,
        digest=shown,
        version=__version__,
        about=DRIFT,
    )
