"""Progress on a screen: a spinner or a bar on a terminal, plain lines elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from reconciler.render.shorten import count
from reconciler.render.terminal import Screen, waiting

if TYPE_CHECKING:
    from reconciler.outcome.events import EmitIngest


class ScreenProgress:
    """Shows the progress of a command on *screen*: implements `reconciler.app.progress`."""

    def __init__(self, screen: Screen) -> None:
        """Show on *screen*."""
        self._screen = screen

    @contextmanager
    def reading_sources(self, number: int) -> Iterator[None]:
        """Show that live is being read, and in the end how long that took."""
        sources = count(number, "source")
        began = monotonic()
        with waiting(f"Reading {sources} …", self._screen):
            yield
        self._screen.line(f"{sources} read in {monotonic() - began:.1f} s")

    def reading_data(
        self, name: str, size: int | None
    ) -> AbstractContextManager[Callable[[int], None]]:
        """Show the progress of reading data."""
        from reconciler.render.ingest.progress import data_progress  # noqa: PLC0415 - few need it

        return data_progress(name, size, self._screen)

    def ingesting(self) -> "AbstractContextManager[EmitIngest]":
        """Show the progress of an ingestion."""
        from reconciler.render.ingest.progress import ingest_progress  # noqa: PLC0415 - as above

        return ingest_progress(self._screen)
