"""One comment per (tool, environment, directory): found by its marker, kept up to date.

A marker in somebody else's comment is ignored: anybody can write one, so it is neither
overwritten nor trusted.
"""

from enum import StrEnum

from reconciler.command_line import command_line
from reconciler.errors import Forbidden, ReconcilerError
from reconciler.forges.forge import Comment, Forge
from reconciler.render.markdown.marker import Marker
from reconciler.value import Value


class CommentAction(StrEnum):
    """What became of the comment."""

    POSTED = "posted"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


class UpsertedComment(Value):
    """The comment as it is now, and what was done to it."""

    comment: Comment
    done: CommentAction


async def upsert_comment(
    forge: Forge, text: str, marker: Marker, *, author: str | None
) -> UpsertedComment:
    """Update the comment of *marker* to *text*, or post it; send nothing if it is up to date.

    *author* is the author of our comments, by default the account of the token. If the API
    does not tell that account, the comments with the marker are tried in turn: the API refuses
    to change those of others.
    """
    me = author or await forge.me()
    candidates = await _with_marker(forge, marker, me)
    for comment in candidates:
        is_ours = me is not None or len(candidates) == 1
        if is_ours and _normalised(comment.text) == _normalised(text):
            return UpsertedComment(comment=comment, done=CommentAction.UNCHANGED)
        try:
            await forge.update(comment, text)
        except Forbidden:
            if me is not None:
                raise
            continue
        return UpsertedComment(comment=comment, done=CommentAction.UPDATED)
    return UpsertedComment(comment=await forge.post(text), done=CommentAction.POSTED)


async def shown_plan(forge: Forge, marker: Marker, *, author: str | None) -> Marker | None:
    """Return the marker of our comment for *marker*, or None if there is none.

    Raises ReconcilerError if the author of our comments is unknown.
    """
    me = author or await forge.me()
    if me is None:
        raise ReconcilerError(
            f"{forge.name} does not show the account of this token, so no comment can be trusted",
            hint="name the account that comments: --author ACCOUNT; "
            f"{command_line('comment FORGE --plan PLAN')} prints it",
        )
    comments = await _with_marker(forge, marker, me)
    return forge.marker_in(comments[0].text) if comments else None


async def _with_marker(forge: Forge, marker: Marker, me: str | None) -> list[Comment]:
    return [
        comment
        for comment in await forge.comments()
        if (me is None or comment.author == me)
        and (found := forge.marker_in(comment.text)) is not None
        and found.is_for_the_same_comment_as(marker)
    ]


def _normalised(text: str) -> str:
    """Return *text* as forges may store it: other line ends, no surrounding white space."""
    return text.replace("\r\n", "\n").strip()
