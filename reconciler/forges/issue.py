"""One issue per (environment, directory), found by its marker: kept up to date, then closed.

A marker in somebody else's issue is ignored: anybody can write one, so it is neither
overwritten nor trusted. The digest in the marker covers what the issue shows, except for the
link to the run, which changes every night.
"""

from enum import StrEnum

from reconciler.forges.tracker import Issue, Message, Tracker
from reconciler.render.markdown.marker import Marker
from reconciler.value import Value


class IssueAction(StrEnum):
    """What became of the issue."""

    OPENED = "opened"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    CLOSED = "closed"


class UpsertedIssue(Value):
    """What was done, and to which issue."""

    issue: str
    done: IssueAction


async def upsert_issue(tracker: Tracker, message: Message, *, author: str | None) -> UpsertedIssue:
    """Update the issue of the marker to *message*: send nothing if up to date, open it if missing.

    *author* is the author of our issues, by default the account of the token.
    """
    found = await _ours(tracker, message.marker, author)
    if not found:
        return UpsertedIssue(issue=await tracker.open(message), done=IssueAction.OPENED)
    issue = found[0]
    if (issue.marker.digest, issue.title) == (message.marker.digest, message.title):
        return UpsertedIssue(issue=issue.id, done=IssueAction.UNCHANGED)
    await tracker.update(issue, message)
    return UpsertedIssue(issue=issue.id, done=IssueAction.UPDATED)


async def close_issue(
    tracker: Tracker, message: Message, *, author: str | None
) -> tuple[UpsertedIssue, ...]:
    """Close the issue of the marker with *message* as its final text, and return what was closed.

    If two runs opened one at the same time, both are closed.
    """
    found = await _ours(tracker, message.marker, author)
    for issue in found:
        await tracker.close(issue, message)
    return tuple(UpsertedIssue(issue=issue.id, done=IssueAction.CLOSED) for issue in found)


async def _ours(tracker: Tracker, marker: Marker, author: str | None) -> list[Issue]:
    me = author or await tracker.me()
    return [
        issue
        for issue in await tracker.open_issues(me)
        if issue.author == me and issue.marker.is_for_the_same_comment_as(marker)
    ]
