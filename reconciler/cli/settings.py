"""The global options, which precede the command, for every command."""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.render.terminal import Screen, screen_for


@dataclass(kw_only=True, slots=True)
class Settings:
    """The requested environment, and the two screens. Filled in while options are parsed.

    `started` is the directory in which the command was started, before `--chdir`.
    """

    environment: str | None = None
    debug: bool = False
    started: Path = Path()
    out: Screen = field(default_factory=lambda: screen_for(sys.stdout, os.environ))
    err: Screen = field(default_factory=lambda: screen_for(sys.stderr, os.environ))

    def without_colour(self) -> None:
        """Turn off colour (`--no-color`)."""
        self.out = screen_for(sys.stdout, os.environ, no_color=True)
        self.err = screen_for(sys.stderr, os.environ, no_color=True)
