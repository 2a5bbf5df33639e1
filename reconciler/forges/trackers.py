"""The trackers by their command line names, and their differences."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from reconciler import __version__
from reconciler.forges import jira
from reconciler.forges.github import issues as github
from reconciler.forges.gitlab import issues as gitlab
from reconciler.forges.kinds import KINDS, ForgeName
from reconciler.forges.tracker import Message, Tracker
from reconciler.model.canonical import digest
from reconciler.planning.drift.report import DriftReport
from reconciler.render.adf.drift import drift_nodes
from reconciler.render.adf.nodes import document_node, link_node, node_size, paragraph, text_node
from reconciler.render.drift.words import issue_title
from reconciler.render.markdown.drift import drift_markdown
from reconciler.render.markdown.marker import DRIFT, Marker
from reconciler.render.markdown.prose import SEPARATOR, length_as_block
from reconciler.render.markdown.truncation import more_link
from reconciler.value import Value


class TrackerName(StrEnum):
    """A tracker by its command line name."""

    GITHUB = "github"
    GITLAB = "gitlab"
    JIRA = "jira"


class TrackerKind(Value):
    """A tracker: how to open it, how to format a report for it, and the URL of the run."""

    open: Callable[[Mapping[str, str]], Tracker]
    message: Callable[[DriftReport, str, str | None], Message]
    run_url: Callable[[Mapping[str, str]], str | None]


def in_markdown(longest: int) -> Callable[[DriftReport, str, str | None], Message]:
    """Return the function that formats a report as Markdown of at most *longest* characters."""

    def issue_message(report: DriftReport, directory: str, run: str | None) -> Message:
        title = issue_title(report)
        foot = f"Seen in {more_link(run)}\n" if run else ""
        # All digests have the same length.
        room = (
            longest
            - length_as_block(str(_marker(report, directory, digest(""))))
            - length_as_block(foot)
        )
        body = drift_markdown(report, limit=room)
        marker = _marker(report, directory, digest([title, body]))
        parts = filter(None, (f"{marker}\n{body.rstrip()}", foot))
        return Message(title=title, body=SEPARATOR.join(parts), marker=marker)

    return issue_message


def in_document(report: DriftReport, directory: str, run: str | None) -> Message:
    """Return the report in Jira's own format."""
    title = issue_title(report)
    foot = (paragraph(text_node("Seen in "), link_node(run)),) if run else ()
    around = node_size(document_node(foot))
    nodes = drift_nodes(report, limit=jira.LONGEST - around)
    marker = _marker(report, directory, digest([title, nodes]))
    return Message(title=title, body=document_node((*nodes, *foot)), marker=marker)


def run_of_any(values: Mapping[str, str]) -> str | None:
    """Return the URL of the run in whichever CI this is, None outside of CI."""
    found = (forge.run_url(values) for forge in KINDS.values())
    return next(filter(None, found), None)


def of_forge(name: ForgeName, opened: Callable[[Mapping[str, str]], Tracker]) -> TrackerKind:
    """Return the tracker of a forge: with the forge's Markdown and its runs."""
    forge = KINDS[name]
    return TrackerKind(open=opened, message=in_markdown(forge.longest), run_url=forge.run_url)


TRACKERS: Mapping[TrackerName, TrackerKind] = {
    TrackerName.GITHUB: of_forge(ForgeName.GITHUB, github.from_environment),
    TrackerName.GITLAB: of_forge(ForgeName.GITLAB, gitlab.from_environment),
    TrackerName.JIRA: TrackerKind(
        open=jira.from_environment, message=in_document, run_url=run_of_any
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
