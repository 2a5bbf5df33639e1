"""The interface of a forge for comments: one small Protocol, and its values."""

from collections.abc import Mapping
from typing import Any, Protocol

from reconciler.forges.requests import account_of
from reconciler.render.markdown.marker import Marker
from reconciler.value import Value


class Comment(Value):
    """A comment of a pull request; `author` is the account as `Forge.me` names it."""

    id: str
    author: str | None
    text: str


def comment_of(raw: Mapping[str, Any], text: Any, *, by: str, account: str) -> Comment:
    """Return the comment *raw* with its *text*; its key *by* has the author, that has *account*."""
    return Comment(
        id=str(raw.get("id")), author=account_of(raw.get(by), account), text=str(text or "")
    )


class Forge(Protocol):
    """One pull request on one forge.

    Every call raises a BackendError if the API refuses it or cannot be reached.
    """

    @property
    def name(self) -> str:
        """The display name of the forge."""

    async def me(self) -> str | None:
        """Return the account of the token, None if the API does not tell."""

    async def comments(self) -> tuple[Comment, ...]:
        """Return the comments, oldest first."""

    async def post(self, text: str) -> Comment:
        """Add a comment and return it."""

    async def update(self, comment: Comment, text: str) -> None:
        """Replace the text of *comment* by *text*."""

    async def labels(self) -> frozenset[str]:
        """Return the names of the pull request's labels."""

    async def change_labels(self, *, add: frozenset[str], remove: frozenset[str]) -> None:
        """Add and remove labels, leaving all others unchanged."""

    def marker_in(self, text: str) -> Marker | None:
        """Return the marker in the text of a comment, None if there is none."""

    async def aclose(self) -> None:
        """Close the connections."""
