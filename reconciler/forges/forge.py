"""What a forge has to do for a comment: one small Protocol, and the values that it deals in."""

from dataclasses import dataclass
from typing import Protocol

from reconciler.render.markdown.marker import Marker


@dataclass(frozen=True, kw_only=True, slots=True)
class Comment:
    """A comment of a pull request; `author` is the account as `Forge.me` names it."""

    id: str
    author: str | None
    text: str


class Forge(Protocol):
    """One pull request on one forge.

    Every call raises a BackendError where the API refuses it or cannot be reached.
    """

    @property
    def name(self) -> str:
        """What people call the forge."""

    async def me(self) -> str | None:
        """Return the account that the token speaks for, None where the API does not tell."""

    async def comments(self) -> tuple[Comment, ...]:
        """Return the comments, the oldest first."""

    async def post(self, text: str) -> Comment:
        """Add a comment and return it."""

    async def update(self, comment: Comment, text: str) -> None:
        """Give *comment* the text *text*."""

    async def labels(self) -> frozenset[str]:
        """Return the names of the labels that the pull request has."""

    async def change_labels(self, *, add: frozenset[str], remove: frozenset[str]) -> None:
        """Add and remove labels, and leave all others as they are."""

    def marker_in(self, text: str) -> Marker | None:
        """Return the marker in the text of a comment, None where there is none."""

    async def aclose(self) -> None:
        """Close the connections."""
