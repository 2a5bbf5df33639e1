"""The output of text, tables and spinners to a stream, which may be a terminal.

A line is a sequence of spans, with or without a style. All output passes `escape`, here and
nowhere else, so that no foreign name reaches the terminal raw. Colour only repeats what symbols
say; without it the bytes are plain.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, TextIO

from reconciler.regex import regex
from reconciler.render.escape import escape
from reconciler.render.wrapping import cells, wrapped
from reconciler.value import Value

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from reconciler.diagnostics import Diagnostic


class Style(StrEnum):
    """The meaning of a span, as its style in rich."""

    ADD = "green"
    CHANGE = "yellow"
    REMOVE = "red"
    STOP = "bold red"
    ODD = "magenta"
    STRONG = "bold"
    QUIET = "dim"
    # A command line to copy.
    COMMAND = "cyan"
    # Unchanged parts.
    SAME = "none"

    @property
    def tone(self) -> str:
        """Its name as a class of HTML pages."""
        return self.name.lower()

    @property
    def is_whole(self) -> bool:
        """Whether no line ends within, so that it is copied as a whole."""
        return self is Style.COMMAND


Span = str | tuple[str, Style]
Line = tuple[Span, ...]


class BlockLine(Value, kw_only=False):
    """A line of a block, independent of text or diff: its depth, its sign and its content.

    `opens` is whether it names an element that the lines below it are about.
    """

    indent: str
    said: tuple[Span, ...]
    sign: tuple[str, Style] | None = None
    opens: bool = False

    @property
    def line(self) -> Line:
        """The line in plain text output."""
        return (self.indent, *((self.sign,) if self.sign else ()), *self.said)


class Screen(Value, dict=True, gc=True):
    """A stream to write lines to.

    `interactive` is whether a person watches and lines may be redrawn, `colour` whether styles
    are shown. `columns` is the width of the terminal, to which lines are folded; None for a file
    or a pipe. `source_line` finds the line that a diagnostic is about.
    """

    stream: TextIO
    interactive: bool = False
    colour: bool = False
    columns: int | None = None
    source_line: "Callable[[Diagnostic], str | None]" = lambda _: None

    def line(self, *spans: Span) -> None:
        """Write one line."""
        self.lines([spans])

    def lines(self, lines: Iterable[Line]) -> None:
        """Write lines, folded if there is a terminal: what reads a pipe may read them by line."""
        self._write(lines, self.columns)

    def report(self, lines: Iterable[Line]) -> None:
        """Write the lines of a report for people, folded wherever they go."""
        self._write(lines, self.columns or PAGE)

    def _write(self, lines: Iterable[Line], width: int | None) -> None:
        if self.colour:
            self._paint(lines if width is None else folded(lines, width))
        else:
            self.stream.write("".join([_text(line, width) for line in lines]))
        self.stream.flush()

    def raw(self, text: str) -> None:
        """Write *text* unchanged: it is generated and already safe (JSON, a completion script)."""
        self.pieces((text,))

    def pieces(self, text: Iterable[str]) -> None:
        """Write *text*, in pieces, as `raw` does."""
        self.stream.writelines(text)
        self.stream.flush()

    @cached_property
    def console(self) -> "Console":
        """Return rich's console on this stream, for tables and progress bars."""
        from rich.console import Console  # noqa: PLC0415 - plain output saves 45 ms

        return Console(
            file=self.stream,
            force_terminal=self.interactive or self.colour,
            color_system="auto" if self.interactive else "standard",
            no_color=not self.colour,
            markup=False,
            emoji=False,
            highlight=False,
        )

    def _paint(self, lines: Iterable[Line]) -> None:
        for line in lines:
            self.console.print(styled(line), soft_wrap=True)


def _text(line: Line, width: int | None) -> str:
    """Return the text of *line*, folded to *width*, and the end of it."""
    text = plain(line)
    if width is None or _fits(text, width):
        return f"{text}\n"
    return "".join([f"{plain(each)}\n" for each in _wrapped(line, width)])


def _fits(text: str, width: int) -> bool:
    # Hardly any text is wider than its characters.
    return len(text) <= width and (2 * len(text) <= width or cells(text) <= width)


def _wrapped(line: Line, width: int) -> Iterator[Line]:
    return wrapped([*map(_escaped, line)], width, lambda style: style.is_whole)


def folded(lines: Iterable[Line], width: int) -> Iterator[Line]:
    """Yield *lines* in as many of at most *width* columns."""
    for line in lines:
        yield from (line,) if _fits(plain(line), width) else _wrapped(line, width)


def _escaped(span: Span) -> Span:
    return escape(span) if isinstance(span, str) else (escape(span[0]), span[1])


def styled(line: Line) -> "Text":
    """Return *line* as a text of rich: escaped, and never parsed as markup."""
    from rich.text import Text  # noqa: PLC0415 - see Screen.console

    text = Text()
    for span in line:
        said, style = (span, None) if isinstance(span, str) else (span[0], span[1].value)
        text.append(_obeyed_by_none(escape(said), begins=not text.plain.strip()), style=style)
    text.rstrip()
    return text


# What the logs of GitHub Actions and Azure Pipelines obey: no name may say it.
_AT_START, _ANYWHERE = regex(r"^ *:(?=:)"), regex(r"#(?=#(?:vso)?\[)")


# What `escape` leaves as it is, with the signs of our own texts.
_OF_OURS = regex("[ -~←→…·]*")


def plain(line: Line) -> str:
    """Return the text of *line*, escaped and without styles, and nothing that a CI log obeys."""
    texts = [span if isinstance(span, str) else span[0] for span in line]
    text = "".join(texts)
    if not (text.isascii() and text.isprintable()) and _OF_OURS.fullmatch(text) is None:
        text = "".join(map(escape, texts))
    return _obeyed_by_none(text, begins=True).rstrip(" ")


def _obeyed_by_none(text: str, *, begins: bool) -> str:
    """Return *text* without what the log of a CI system obeys; a line *begins* with it or not."""
    if begins and "::" in text:
        text = _AT_START.sub(_shown, text)
    return _ANYWHERE.sub(_shown, text) if "##" in text else text


def _shown(found: re.Match[str]) -> str:
    return f"{found[0][:-1]}\\x{ord(found[0][-1]):02x}"


def screen_for(stream: TextIO, environ: Mapping[str, str], *, no_color: bool = False) -> Screen:
    """Return the screen on *stream*.

    `NO_COLOR` (https://no-color.org: set and not empty) and `--no-color` turn colour off, `CI`
    and a dumb terminal redrawing as well; `FORCE_COLOR` (https://force-color.org) turns it on
    wherever these two are not, also in a pipe (design.md#output).
    """
    interactive = (
        stream.isatty() and environ.get("TERM") != "dumb" and environ.get("CI", "") in _NO_CI
    )
    is_wanted = interactive or bool(environ.get("FORCE_COLOR"))
    return Screen(
        stream=stream,
        interactive=interactive,
        colour=is_wanted and not no_color and not environ.get("NO_COLOR"),
        columns=_columns(stream, environ) if stream.isatty() else None,
    )


_NO_CI = {"", "0", "false"}
# The width of a report where there is no terminal, so that it is the same everywhere.
PAGE = 100
_NARROWEST, _WIDEST = 40, 200


def _columns(stream: TextIO, environ: Mapping[str, str]) -> int:
    """Return the width of a terminal, within what can be read: `COLUMNS` is what it says."""
    stated = environ.get("COLUMNS", "")
    if stated.isascii() and stated.isdigit():
        wide = int(stated[:6])
    else:
        try:
            wide = os.get_terminal_size(stream.fileno()).columns
        except (OSError, ValueError):
            wide = 0
    return min(max(wide or PAGE, _NARROWEST), _WIDEST)


@contextmanager
def waiting(text: str, screen: Screen) -> Iterator[None]:
    """Show *text*, which is safe, while the block runs: a spinner for a person, else a line."""
    if screen.interactive:
        with screen.console.status(text):
            yield
    else:
        screen.line(text)
        yield
