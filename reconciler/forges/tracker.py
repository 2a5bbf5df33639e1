"""What a tracker has to do for an issue: one small Protocol, and the values that it deals in."""

from dataclasses import dataclass
from typing import Any, Protocol

from reconciler.render.markdown.marker import Marker


@dataclass(frozen=True, kw_only=True, slots=True)
class Issue:
    """An open issue with a marker; `author` is the account as `Tracker.me` names it."""

    id: str
    author: str | None
    title: str
    marker: Marker


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """What an issue is to say; `body` has the form of its tracker, Markdown or a document."""

    title: str
    body: Any
    marker: Marker


class Tracker(Protocol):
    """The issues of one project.

    Every call raises a BackendError where the API refuses it or cannot be reached.
    """

    @property
    def name(self) -> str:
        """What people call the tracker."""

    async def me(self) -> str:
        """Return the account that the token speaks for."""

    async def open_issues(self, author: str) -> tuple[Issue, ...]:
        """Return the open issues with a marker, the oldest first; others than *author*'s may be."""

    async def open(self, message: Message) -> str:
        """Open an issue and return its id."""

    async def update(self, issue: Issue, message: Message) -> None:
        """Give *issue* the title and the body of *message*."""

    async def close(self, issue: Issue, message: Message) -> None:
        """Give *issue* the body of *message*, not the title, and close it as done."""

    async def aclose(self) -> None:
        """Close the connections."""
