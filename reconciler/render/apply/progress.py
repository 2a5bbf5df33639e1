"""Progress of an apply: one plain line per transition for logs, a live display on terminals."""

from collections import deque
from typing import TYPE_CHECKING, Self

from reconciler.outcome.events import ApplyStarted, Event, Retrying, SourceEnded, SourceStarted
from reconciler.render.apply.words import STOPPING, in_flight, result_line
from reconciler.render.escape import escape
from reconciler.render.shorten import count, shorten
from reconciler.render.terminal import Screen, styled

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.progress import Progress, TaskID
    from rich.text import Text


class PlainProgress:
    """A listener that writes one plain line per transition."""

    def __init__(self, screen: Screen) -> None:
        """Write to *screen*."""
        self._screen = screen
        self._said: dict[str, str] = {}
        self._total = 0
        self._ended = 0

    def __enter__(self) -> Self:
        """Return the listener."""
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing: the lines stay."""

    def stopping(self) -> None:
        """Write that the run was asked to stop."""
        self._screen.line(STOPPING)

    def __call__(self, event: Event) -> None:
        """Write the line of *event*, if it has one."""
        if isinstance(event, ApplyStarted):
            self._total = len(event.sources)
            self._screen.line(f"Applying {count(self._total, 'operation')}")
        elif isinstance(event, SourceEnded):
            if event.result.had_operations:
                self._ended += 1
                counter = f"   [{self._ended}/{self._total}]"
                self._screen.line(*result_line(event.result), counter)
        elif (sentence := in_flight(event)) is not None:
            source, text = sentence
            # Each retry is written, although its words may equal the previous line.
            if self._said.get(source) != text or isinstance(event, Retrying):
                self._said[source] = text
                self._screen.line(f"  {source}: {text}")


_NAME_WIDTH = 32
_ENDED_LINES = 8
# Lines for the overall bar, the number of hidden sources, and the cursor.
_MARGIN = 3
# The whole run instead of the last half minute, as a source may take longer than that.
_SPEED_PERIOD = 24 * 3600.0
_BAR_WIDTH = 40
_BESIDE_BAR = 24


class LiveProgress:
    """A listener that redraws: the latest results, the sources in progress and the overall bar.

    It is a context manager. The drawing is removed at the end, before the report.
    """

    def __init__(self, screen: Screen) -> None:
        """Prepare the drawing on *screen*, which is interactive."""
        from rich.live import Live  # noqa: PLC0415 - rich only where it is seen

        self._console = screen.console
        self._ended: deque[Text] = deque(maxlen=_ENDED_LINES)
        self._flights = _flights(screen)
        self._overall = _overall(screen)
        self._tasks: dict[str, TaskID] = {}
        self._live = Live(
            console=self._console,
            get_renderable=self._drawing,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def __enter__(self) -> Self:
        """Start drawing."""
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Remove the drawing."""
        self._live.stop()

    def stopping(self) -> None:
        """Write, above the drawing, that the run was asked to stop."""
        self._console.print(STOPPING)

    def __call__(self, event: Event) -> None:
        """Update the drawing by *event*."""
        if isinstance(event, ApplyStarted):
            overall = self._overall.add_task("", total=len(event.sources))
            # Speed is measured between samples; this is the first.
            self._overall.advance(overall, 0)
        elif isinstance(event, SourceEnded):
            self._end(event)
        elif (text := in_flight(event)) is not None:
            source, state = text
            if isinstance(event, SourceStarted):
                self._tasks[source] = self._flights.add_task(
                    escape(shorten(source, _NAME_WIDTH)),
                    total=None,
                    method=event.method or "schema",
                    state=state,
                )
            elif source in self._tasks:
                self._flights.update(self._tasks[source], state=escape(state))

    def _end(self, event: SourceEnded) -> None:
        task = self._tasks.pop(event.result.source, None)
        if task is not None:
            self._flights.remove_task(task)
        if event.result.had_operations:
            line = styled(result_line(event.result))
            line.no_wrap, line.overflow = True, "ellipsis"
            self._ended.append(line)
            for overall in self._overall.task_ids:
                self._overall.advance(overall)

    def _drawing(self) -> "RenderableType":
        """Return what fits the terminal: always the overall bar, then the sources in progress.

        It is drawn four times a second, whatever happens, so that the cost does not grow with
        sources times events.
        """
        from rich.console import Group  # noqa: PLC0415 - rich only where it is seen

        height = self._console.height - _MARGIN
        flights = self._flights.tasks
        shown = flights[: max(1, height)]
        ended = [*self._ended][-max(0, height - len(shown)) :] if len(shown) < height else []
        hidden = len(flights) - len(shown)
        return Group(
            *ended,
            self._flights.make_tasks_table(shown),
            *([f"    … and {hidden} more in flight"] if hidden else []),
            self._overall,
        )


def _flights(screen: Screen) -> "Progress":
    from rich.progress import (  # noqa: PLC0415 - rich only where it is seen
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )
    from rich.table import Column  # noqa: PLC0415 - same

    return Progress(
        TextColumn(" "),
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        TextColumn("{task.fields[method]}", markup=False),
        TimeElapsedColumn(),
        # It gets the remaining width, so on a narrow terminal it is the part that shrinks.
        TextColumn(
            "{task.fields[state]}",
            markup=False,
            table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis"),
        ),
        console=screen.console,
        expand=True,
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
        BarColumn(bar_width=max(1, min(_BAR_WIDTH, screen.console.width - _BESIDE_BAR))),
        MofNCompleteColumn(),
        TextColumn("ETA"),
        TimeRemainingColumn(),
        console=screen.console,
        speed_estimate_period=_SPEED_PERIOD,
    )
