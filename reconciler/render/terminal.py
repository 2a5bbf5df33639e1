"""Where text goes: a stream, and whether it is a terminal that may be drawn on.

A line is a sequence of spans, plain text or text with a style. Everything that is
written passes `escape`, here and nowhere else, so that no name of a stranger reaches
the terminal raw. Colour only repeats what symbols say; without it the bytes are plain.

Rows with a heading: rich's table where a person watches, padded columns elsewhere.

That something is being waited for: a spinner where a person watches, a line elsewhere.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, TextIO

from reconciler.render.escape import escape

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


class Style(StrEnum):
    """What a span means, as rich's style for it."""

    ADD = "green"
    CHANGE = "yellow"
    REMOVE = "red"
    STOP = "bold red"
    ODD = "magenta"
    STRONG = "bold"
    QUIET = "dim"
    # What stays as it is.
    SAME = "none"

    @property
    def tone(self) -> str:
        """Its name where it is a class, on a page."""
        return self.name.lower()


Span = str | tuple[str, Style]
Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class BlockLine:
    """A line of a block, before it is text or stands in a diff: how deep, its sign, what it says.

    `opens` is whether it names an element, so that the lines below are said of it.
    """

    indent: str
    said: tuple[Span, ...]
    sign: tuple[str, Style] | None = None
    opens: bool = False

    @property
    def line(self) -> Line:
        """The line as text has it."""
        return (self.indent, *((self.sign,) if self.sign else ()), *self.said)


@dataclass(frozen=True, kw_only=True)
class Screen:
    """A stream to write lines to.

    `interactive` says that a person watches and lines may be redrawn; `colour` that
    styles are shown.
    """

    stream: TextIO
    interactive: bool = False
    colour: bool = False

    def line(self, *spans: Span) -> None:
        """Write one line."""
        self.lines([spans])

    def lines(self, lines: Iterable[Line]) -> None:
        """Write lines. A reader that went away (`| head`) is not an error: the rest is dropped."""
        try:
            if self.colour:
                self._paint(lines)
            else:
                self.stream.writelines(plain(line) + "\n" for line in lines)
            self.stream.flush()
        except BrokenPipeError:
            silence(self.stream)

    def raw(self, text: str) -> None:
        """Write *text*, made by us and already safe (JSON, a completion script), as it is."""
        try:
            self.stream.write(text)
            self.stream.flush()
        except BrokenPipeError:
            silence(self.stream)

    def draw(self, renderable: "RenderableType") -> None:
        """Draw one of rich's own (a table), whose texts were escaped by its maker."""
        try:
            self.console.print(renderable)
        except BrokenPipeError:
            silence(self.stream)

    @cached_property
    def console(self) -> "Console":
        """Return rich's console on this stream, for tables and progress bars."""
        from rich.console import Console  # noqa: PLC0415 - 45 ms that plain output saves

        return Console(
            file=self.stream,
            force_terminal=self.interactive,
            no_color=not self.colour,
            markup=False,
            emoji=False,
            highlight=False,
        )

    def _paint(self, lines: Iterable[Line]) -> None:
        for line in lines:
            self.console.print(styled(line), soft_wrap=True)


def styled(line: Line) -> "Text":
    """Return *line* as rich's text: escaped, and never read as markup."""
    from rich.text import Text  # noqa: PLC0415 - see Screen.console

    text = Text()
    for span in line:
        if isinstance(span, str):
            text.append(escape(span))
        else:
            text.append(escape(span[0]), style=span[1].value)
    text.rstrip()
    return text


def plain(line: Line) -> str:
    """Return the text of *line*, escaped and without styles."""
    return "".join(escape(span if isinstance(span, str) else span[0]) for span in line).rstrip(" ")


def screen_for(stream: TextIO, environ: Mapping[str, str], *, no_color: bool = False) -> Screen:
    """Return the screen on *stream*.

    `NO_COLOR` (https://no-color.org: set and not empty) and `--no-color` take the colour
    away, `CI` and a dumb terminal also whatever is redrawn (design.md#output).
    """
    interactive = (
        stream.isatty() and environ.get("TERM") != "dumb" and environ.get("CI", "") in _NO_CI
    )
    return Screen(
        stream=stream,
        interactive=interactive,
        colour=interactive and not no_color and not environ.get("NO_COLOR"),
    )


def silence(stream: TextIO) -> None:
    """Lead *stream* to nowhere, so that later writes and the interpreter's last flush are quiet."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


_NO_CI = {"", "0", "false"}


def write_table(headings: Sequence[str], rows: Sequence[Sequence[str]], screen: Screen) -> None:
    """Write *rows* under *headings*."""
    if screen.interactive:
        _write_rich(headings, rows, screen)
    else:
        _write_plain(headings, rows, screen)


def _write_plain(headings: Sequence[str], rows: Sequence[Sequence[str]], screen: Screen) -> None:
    lines = [[escape(cell) for cell in row] for row in (headings, *rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(headings))]
    screen.lines(
        ("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)),)
        for line in lines
    )


def _write_rich(headings: Sequence[str], rows: Sequence[Sequence[str]], screen: Screen) -> None:
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415 - rich only where it is seen
    from rich.table import Table  # noqa: PLC0415 - same
    from rich.text import Text  # noqa: PLC0415 - same

    table = Table(*headings, box=SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(escape(cell)) for cell in row))
    screen.draw(table)


@contextmanager
def waiting(text: str, screen: Screen) -> Iterator[None]:
    """Show *text*, which is ours, while the block runs."""
    if screen.interactive:
        with screen.console.status(text):
            yield
    else:
        screen.line(text)
        yield
