"""Progress of an apply on a terminal: a line per source in flight under an overall bar."""

from collections import deque
from typing import TYPE_CHECKING, Self

from reconciler.outcome.events import ApplyStarted, Event, SourceEnded, SourceStarted
from reconciler.render.apply_report import result_line
from reconciler.render.apply_words import STOPPING, in_flight
from reconciler.render.escape import escape
from reconciler.render.shorten import shorten
from reconciler.render.terminal import Screen, styled

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.progress import Progress, TaskID
    from rich.text import Text

_NAME_WIDTH = 32
_ENDED_LINES = 8


class LiveProgress:
    """A listener that redraws: the latest that ended, what is in flight, how much is done.

    Use it as a context manager. At the end the drawing goes away: the report follows.
    """

    def __init__(self, screen: Screen) -> None:
        """Draw on *screen*, which is interactive."""
        from rich.live import Live  # noqa: PLC0415 - rich only where it is seen

        self._ended: deque[Text] = deque(maxlen=_ENDED_LINES)
        self._flights = _flights(screen)
        self._overall = _overall(screen)
        self._tasks: dict[str, TaskID] = {}
        self._live = Live(
            console=screen.console,
            get_renderable=self._drawing,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def __enter__(self) -> Self:
        """Begin to draw."""
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take the drawing away."""
        self._live.stop()

    def stopping(self) -> None:
        """Write, above the drawing, that the run was asked to stop."""
        self._live.console.print(STOPPING)

    def __call__(self, event: Event) -> None:
        """Show what *event* tells."""
        if isinstance(event, ApplyStarted):
            self._overall.add_task("", total=len(event.sources))
        elif isinstance(event, SourceEnded):
            self._end(event)
        elif (told := in_flight(event)) is not None:
            source, state = told
            if isinstance(event, SourceStarted):
                self._tasks[source] = self._flights.add_task(
                    escape(shorten(source, _NAME_WIDTH)),
                    total=None,
                    method=event.method,
                    state=state,
                )
            elif source in self._tasks:
                self._flights.update(self._tasks[source], state=escape(state))

    def _end(self, event: SourceEnded) -> None:
        task = self._tasks.pop(event.result.source, None)
        if task is not None:
            self._flights.remove_task(task)
        if event.result.method is not None:
            self._ended.append(styled(result_line(event.result)))
            for overall in self._overall.task_ids:
                self._overall.advance(overall)

    def _drawing(self) -> "RenderableType":
        from rich.console import Group  # noqa: PLC0415 - rich only where it is seen

        return Group(*self._ended, self._flights, self._overall)


def _flights(screen: Screen) -> "Progress":
    from rich.progress import (  # noqa: PLC0415 - rich only where it is seen
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    return Progress(
        TextColumn(" "),
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        TextColumn("{task.fields[method]}", markup=False),
        TimeElapsedColumn(),
        TextColumn("{task.fields[state]}", markup=False),
        console=screen.console,
    )


def _overall(screen: Screen) -> "Progress":
    from rich.progress import (  # noqa: PLC0415 - rich only where it is seen
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    return Progress(
        TextColumn(" "),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("ETA"),
        TimeRemainingColumn(),
        console=screen.console,
    )
