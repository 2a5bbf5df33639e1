"""Records the exchanges of one command as entries of a HAR: a Witness (`assets.exchange`)."""

import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from reconciler.assets.call import Call
from reconciler.assets.har import entry
from reconciler.assets.redaction import Clean, Redaction
from reconciler.assets.reply import Reply
from reconciler.assets.retry import REAL_TIME, Pacing

# What is beyond is counted and not kept; in bytes, as JSON.
MOST_ENTRIES = 10_000
LARGEST_WHOLE = 128 * 2**20

_log = logging.getLogger(__name__)


class Recorder:
    """The entries so far, each redacted when it comes; `left_out` is how many are not kept."""

    def __init__(self, redaction: Redaction, *, pacing: Pacing = REAL_TIME) -> None:
        """Begin with nothing."""
        self.entries: list[Any] = []
        self.left_out = 0
        self._size = 0
        self._redaction = redaction
        self._pacing = pacing

    async def __call__(
        self,
        call: Call,
        send: Callable[[], Awaitable[Reply]],
        *,
        clean: Clean,
        private: bool,
    ) -> Reply:
        """Return or raise what *send* does, once it is recorded."""
        began, since = self._pacing.now(), self._pacing.monotonic()
        ended: Reply | BaseException
        try:
            ended = await send()
        except BaseException as error:
            ended = error
            raise
        finally:
            seconds = self._pacing.monotonic() - since
            try:
                self._keep(
                    entry(
                        call,
                        ended,
                        redaction=self._redaction,
                        clean=clean,
                        private=private,
                        began=began,
                        seconds=seconds,
                    )
                )
            except Exception as error:  # noqa: BLE001 - what was sent goes on to its end
                _log.warning("%s could not be recorded (%s)", call, type(error).__name__)
                self.left_out += 1
        return ended

    def _keep(self, made: dict[str, Any]) -> None:
        size = len(json.dumps(made))
        if len(self.entries) >= MOST_ENTRIES or self._size + size > LARGEST_WHOLE:
            self.left_out += 1
            return
        self._size += size
        self.entries.append(made)
