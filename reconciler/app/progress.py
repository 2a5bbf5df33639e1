"""The progress reports of a command while it works."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # those who only read live need no events of an ingestion
    from reconciler.outcome.events import EmitIngest


class Progress(Protocol):
    """Shows the progress of a command. Each block lasts as long as the work that it reports."""

    def reading_sources(self, number: int) -> AbstractContextManager[None]:
        """Show that live of *number* sources is being read."""

    def reading_data(
        self, name: str, size: int | None
    ) -> AbstractContextManager[Callable[[int], None]]:
        """Show how much of the data *name* has been read; yield a callable for the bytes so far.

        *size* is their total number in bytes, None if unknown.
        """

    def ingesting(self) -> "AbstractContextManager[EmitIngest]":
        """Show the progress of sending data; yield the listener for its events."""


class NoProgress:
    """Shows nothing, where nobody looks."""

    def reading_sources(self, number: int) -> AbstractContextManager[None]:  # noqa: ARG002
        """Show nothing."""
        return nullcontext()

    def reading_data(
        self,
        name: str,  # noqa: ARG002
        size: int | None,  # noqa: ARG002
    ) -> AbstractContextManager[Callable[[int], None]]:
        """Show nothing."""
        return nullcontext(lambda _: None)

    def ingesting(self) -> "AbstractContextManager[EmitIngest]":
        """Show nothing."""
        return nullcontext(lambda _: None)
