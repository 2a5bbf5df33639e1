"""The questions of `init`, asked on a terminal."""

import getpass
import sys
from collections.abc import Mapping

from reconciler import interruption
from reconciler.cli.prompt import typed_answer
from reconciler.errors import WrongUsage
from reconciler.render.terminal import Screen, Style

_MOST_TRIES = 3


class TerminalQuestions:
    """Asks the person at the terminal: implements `reconciler.app.init.questions`.

    With *usual* nobody is asked, and the default is the answer.
    """

    def __init__(self, screen: Screen, *, usual: bool) -> None:
        """Ask on *screen*."""
        self._screen = screen
        self._usual = usual

    def choose(
        self, question: str, options: Mapping[str, str], *, flag: str, default: str | None = None
    ) -> str:
        """Return one of *options*; three answers that are none are wrong usage."""
        if self._usual and default is not None:
            return default
        self._check(question, flag)
        self._screen.line((question, Style.STRONG))
        for name, meaning in options.items():
            self._screen.line("  ", (name, Style.STRONG), f"   {meaning}" if meaning else "")
        for _ in range(_MOST_TRIES):
            answer = self._typed(default) or default
            if answer is not None and answer in options:
                return answer
            self._screen.line(f"  one of {', '.join(options)}")
        raise WrongUsage(f"no answer is one of {', '.join(options)}", hint=flag)

    def text(self, question: str, *, flag: str, default: str | None = None) -> str:
        """Return a line."""
        if self._usual and default is not None:
            return default
        self._check(question, flag)
        self._screen.line((question, Style.STRONG))
        answer = self._typed(default) or default
        if answer is None:
            raise WrongUsage("no answer", hint=flag)
        return answer

    def secret(self, question: str, *, flag: str) -> str:
        """Return a line that is not shown."""
        self._check(question, flag)
        self._screen.line((question, Style.STRONG))
        with interruption.handling(interruption.interrupt):
            answer = getpass.getpass("  Enter a value (not shown): ").strip()
        if not answer:
            raise WrongUsage("no answer", hint=flag)
        return answer

    def _typed(self, default: str | None) -> str:
        if default:
            self._screen.line(f"  press Enter for {default}")
        return typed_answer(self._screen)

    def _check(self, question: str, flag: str) -> None:
        if self._usual or not sys.stdin.isatty():
            raise WrongUsage(f"there is no terminal to ask on: {question}", hint=flag)
