"""The global options, for every command."""

import os
import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from reconciler.diagnostics import Diagnostic
    from reconciler.render.terminal import Screen


class Settings:
    """The requested environment, and the two screens. Filled in while options are parsed.

    `started` is the directory in which the command was started, before `--chdir`, `directory` that
    to which an option after the command led, `arguments` are all that it was started with, and
    `record` is the file for a recording.
    """

    def __init__(self) -> None:
        """Begin with what holds without options."""
        self.environment: str | None = None
        self.log_level = "warning"
        self.log_format = "text"
        self.no_color = False
        self.started = Path()
        self.directory: Path | None = None
        self.arguments: tuple[str, ...] = ()
        self.record: Path | None = None

    @cached_property
    def out(self) -> "Screen":
        """The screen on standard output."""
        return self._screen(sys.stdout)

    @cached_property
    def err(self) -> "Screen":
        """The screen on standard error."""
        return self._screen(sys.stderr)

    def _screen(self, stream: TextIO) -> "Screen":
        # click writes `--help`
        from reconciler.render.terminal import screen_for  # noqa: PLC0415
        from reconciler.value import replace  # noqa: PLC0415

        screen = screen_for(stream, os.environ, no_color=self.no_color)
        return replace(screen, source_line=_source_line)


def _source_line(diagnostic: "Diagnostic") -> str | None:
    from reconciler.manifest.source_lines import source_line  # noqa: PLC0415 - most runs have no fault

    return source_line(diagnostic)
