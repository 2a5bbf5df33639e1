"""Progress of an ingestion and of reading its data: a bar for a person.

Elsewhere an ingestion writes lines, and reading writes nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from reconciler.outcome.events import (
    ChunkTaken,
    DataComplete,
    EmitIngest,
    IngestEvent,
    IngestStarted,
    IngestStopping,
    Retrying,
    WaitingForLock,
    Watched,
)
from reconciler.render.escape import escape
from reconciler.render.shorten import count, shorten
from reconciler.render.terminal import Screen

if TYPE_CHECKING:
    from rich.progress import Progress
from collections.abc import Callable

_NAME_WIDTH = 24
_STATE_WIDTH = 30
_CANCELS = "stopping: the execution is being cancelled. Press Ctrl-C again to stop now."
_GOES_ON = "stopping: all data were sent, the execution goes on."
# A log shows the progress now and then, not for each chunk.
_LINE_SECONDS = 5.0


@contextmanager
def ingest_progress(screen: Screen) -> Iterator[EmitIngest]:
    """Yield a listener that shows the progress of an ingestion on *screen*."""
    if not screen.interactive:
        yield _Lines(screen)
        return
    with _drawing(screen) as progress:
        yield _Bar(progress)


class _Lines:
    """Writes a line per change; for chunks only now and then."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._told_at = 0.0
        self._said: str | None = None

    def __call__(self, event: IngestEvent) -> None:
        if isinstance(event, ChunkTaken):
            if event.elapsed - self._told_at < _LINE_SECONDS:
                return
            self._told_at = event.elapsed
        text = _in_words(event)
        if text != self._said:
            self._said = text
            self._screen.line(f"  {event.source}: {text}")


class _Bar:
    """Draws one bar: its length is the share sent, its text the current activity."""

    def __init__(self, progress: "Progress") -> None:
        self._progress = progress
        self._task = progress.add_task("", total=None, visible=False, entries="", rate="", state="")

    def __call__(self, event: IngestEvent) -> None:
        shown: dict[str, Any] = {
            "visible": True,
            "description": escape(shorten(event.source, _NAME_WIDTH)),
            "state": escape(shorten(_in_words(event), _STATE_WIDTH)),
        }
        match event:
            case IngestStopping():
                # Above the bar, where there is room.
                self._progress.console.print(_in_words(event))
            case IngestStarted():
                shown["total"] = event.entries
            case ChunkTaken():
                shown |= {"completed": event.done, "entries": _of(event), "state": ""}
                shown["rate"] = f"{event.done / event.elapsed:,.0f}/s" if event.elapsed else ""
            case DataComplete():
                # The time that Assets takes now is unknown.
                shown |= {"completed": event.done, "total": None, "rate": ""}
        self._progress.update(self._task, **shown)


def _drawing(screen: Screen) -> "Progress":
    from rich.progress import (  # noqa: PLC0415 - rich only where it is seen
        BarColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    def column(field: str) -> TextColumn:
        return TextColumn(f"{{task.fields[{field}]}}", markup=False)

    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        column("entries"),
        column("rate"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        column("state"),
        console=screen.console,
        transient=True,
    )


def _in_words(event: IngestEvent) -> str:
    match event:
        case WaitingForLock():
            text = f"locked by {event.holder}, waiting"
        case IngestStarted():
            what = "data" if event.entries is None else count(event.entries, "entry", "entries")
            text = f"sending {what}"
        case ChunkTaken():
            text = f"{_of(event)} sent"
        case DataComplete():
            text = count(event.done, "entry sent", "entries sent")
        case Watched():
            text = shorten(event.status, _STATE_WIDTH)
        case Retrying():
            text = f"{event.reason}, again in {event.seconds:.1f} s"
        case IngestStopping():
            text = _CANCELS if event.cancels else _GOES_ON
    return text


def _of(event: ChunkTaken) -> str:
    total = "" if event.entries is None else f" of {event.entries:,}"
    return f"{event.done:,}{total}"


_FILE_WIDTH = 32
# Less than this is read before anybody looks.
_SHORT = 4_000_000

Told = Callable[[int], None]


@contextmanager
def data_progress(name: str, size: int | None, screen: Screen) -> Iterator[Told]:
    """Yield a function that takes the bytes read of *name*; *size* is None for a stream."""
    if not screen.interactive or (size is not None and size < _SHORT):
        yield _ignore
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
        task = progress.add_task(escape(shorten(name, _FILE_WIDTH)), total=size)
        shown = 0

        def tell(read: int) -> None:
            nonlocal shown
            # Bytes are read in blocks, so most entries do not move the bar.
            if read != shown:
                shown = read
                progress.update(task, completed=read)

        yield tell


def _ignore(read: int) -> None:
    pass
