"""One issue for each (environment, directory), found by its marker: kept in step, then closed.

A marker in an issue of somebody else is nothing: anybody can write one, so it is neither
overwritten nor believed. The digest in the marker says what the issue shows, without the
link to the run, which is another one each night.
"""

from dataclasses import dataclass
from enum import StrEnum

from reconciler.forges.tracker import Issue, Message, Tracker
from reconciler.render.markdown.marker import Marker


class Done(StrEnum):
    """What became of the issue."""

    OPENED = "opened"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What was done, and with which issue."""

    issue: str
    done: Done


async def show(tracker: Tracker, message: Message, *, author: str | None) -> Kept:
    """Have the issue of the marker say *message*: send nothing where it does, open it if none is.

    *author* is whose issues are ours, by default the account of the token.
    """
    found = await _ours(tracker, message.marker, author)
    if not found:
        return Kept(issue=await tracker.open(message), done=Done.OPENED)
    issue = found[0]
    if (issue.marker.digest, issue.title) == (message.marker.digest, message.title):
        return Kept(issue=issue.id, done=Done.UNCHANGED)
    await tracker.update(issue, message)
    return Kept(issue=issue.id, done=Done.UPDATED)


async def end(tracker: Tracker, message: Message, *, author: str | None) -> tuple[Kept, ...]:
    """Close the issue of the marker with *message* as its last word, and return what was closed.

    Where two runs opened one at the same time, both are.
    """
    found = await _ours(tracker, message.marker, author)
    for issue in found:
        await tracker.close(issue, message)
    return tuple(Kept(issue=issue.id, done=Done.CLOSED) for issue in found)


async def _ours(tracker: Tracker, marker: Marker, author: str | None) -> list[Issue]:
    me = author or await tracker.me()
    return [
        issue
        for issue in await tracker.open_issues(me)
        if issue.author == me and issue.marker.is_for_the_same_comment_as(marker)
    ]
