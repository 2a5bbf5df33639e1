"""The interface of an issue tracker: one small Protocol, and its values."""

from typing import Any, Protocol

from reconciler.render.markdown.marker import Marker
from reconciler.value import Value


class Issue(Value):
    """An open issue with a marker; `author` is the account as `Tracker.me` names it."""

    id: str
    author: str | None
    title: str
    marker: Marker


class Message(Value):
    """The content of an issue; `body` is in the tracker's format, Markdown or a document."""

    title: str
    body: Any
    marker: Marker


class Tracker(Protocol):
    """The issues of one project.

    Every call raises a BackendError if the API refuses it or cannot be reached.
    """

    @property
    def name(self) -> str:
        """The display name of the tracker."""

    async def me(self) -> str:
        """Return the account of the token."""

    async def open_issues(self, author: str) -> tuple[Issue, ...]:
        """Return the open issues with a marker, oldest first; possibly not only *author*'s."""

    async def open(self, message: Message) -> str:
        """Open an issue and return its id."""

    async def update(self, issue: Issue, message: Message) -> None:
        """Replace the title and body of *issue* by those of *message*."""

    async def close(self, issue: Issue, message: Message) -> None:
        """Replace the body of *issue*, not its title, and close it as done."""

    async def aclose(self) -> None:
        """Close the connections."""
