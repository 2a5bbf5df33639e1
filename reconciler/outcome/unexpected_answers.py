"""What the answers of one run hold that nobody knew of: once for each kind, and how often.

Each kind is a record of the log at its first; the end of the run tells of all in one sentence.
"""

import logging
from collections.abc import Iterator

from reconciler.backend.requests import Exchange, Unexpected
from reconciler.codes.run import RunCode
from reconciler.command_line import command_line
from reconciler.diagnostics import Diagnostic
from reconciler.model.display import count

# A hostile server has as many as it likes.
_MOST = 100

_log = logging.getLogger(__name__)


class UnexpectedAnswers:
    """A listener to exchanges; one that is `quiet` leaves telling to its caller."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._answers = 0
        self._first: dict[tuple[str, str], tuple[str, Unexpected]] = {}
        self._times: dict[tuple[str, str], int] = {}

    def see(self, exchange: Exchange) -> None:
        """Count what of *exchange* is not known."""
        self._answers += bool(exchange.unexpected)
        for each in exchange.unexpected:
            kind = each.request, each.what
            if kind in self._first:
                self._times[kind] += 1
            elif len(self._first) < _MOST:
                self._first[kind], self._times[kind] = (exchange.source, each), 1
                _log.info("%s: %s", exchange.source, each)

    def kinds(self) -> Iterator[tuple[str, str, str]]:
        """Yield of each kind a sentence, the first source and the request."""
        for kind, (source, first) in self._first.items():
            times = self._times[kind]
            often = f"; {count(times, 'answer')} so, the first of {source}" if times > 1 else ""
            yield f"{first}{often}", source, first.request

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Return a remark for each kind."""
        code = RunCode.UNEXPECTED_ANSWER
        return tuple(
            code.diagnostic(text, hint=code.remedy, source=source)
            for text, source, _ in self.kinds()
        )

    def tell(self) -> None:
        """Tell once that there were any, with the first of them."""
        if self._first and not self._quiet:
            answers = count(self._answers, "answer of the API was", "answers of the API were")
            (_, first), *others = self._first.values()
            more = f"; {command_line('doctor')} shows more, and --log-level info all"
            _log.warning("%s not as documented: %s%s", answers, first, more if others else "")
