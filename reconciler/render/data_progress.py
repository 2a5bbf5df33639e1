"""How far the reading of a long data file is: a bar where a person watches, nothing elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from reconciler.render.escape import escape
from reconciler.render.shorten import shorten
from reconciler.render.terminal import Screen

_NAME_WIDTH = 32
# Less is read before anybody looks.
_SHORT = 4_000_000

Told = Callable[[int], None]


@contextmanager
def data_progress(name: str, size: int | None, screen: Screen) -> Iterator[Told]:
    """Yield what is to be told how many bytes of *name* are read; *size* is None for a stream."""
    if not screen.interactive or (size is not None and size < _SHORT):
        yield _tell_nobody
        return
    from rich.progress import (  # noqa: PLC0415 - rich only where it is seen
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=screen.console,
        transient=True,
    ) as progress:
        task = progress.add_task(escape(shorten(name, _NAME_WIDTH)), total=size)
        told = 0

        def tell(read: int) -> None:
            nonlocal told
            # Bytes are read in blocks: most entries move nothing.
            if read != told:
                told = read
                progress.update(task, completed=read)

        yield tell


def _tell_nobody(read: int) -> None:
    pass
