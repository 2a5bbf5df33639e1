"""What a command tells, while it works, to whoever watches."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from reconciler.outcome.events import EmitIngest


class Progress(Protocol):
    """Shows how far a command is. Each block lasts as long as the work that it is about."""

    def reading_sources(self, number: int) -> AbstractContextManager[None]:
        """Show that live is read, of *number* sources."""

    def reading_data(
        self, name: str, size: int | None
    ) -> AbstractContextManager[Callable[[int], None]]:
        """Show how much of the data *name* is read; yields what takes the bytes read so far.

        *size* is that of all of it in bytes, None where it is not known.
        """

    def ingesting(self) -> AbstractContextManager[EmitIngest]:
        """Show how far the sending of data is; yields what takes its events."""
