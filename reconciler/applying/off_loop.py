"""Calls that wait for the journal's database, made in threads: the event loop never does."""

import asyncio
import contextlib
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar, copy_context
from functools import partial
from typing import ParamSpec, TypeVar

from reconciler.applying.stop import MOMENT
from reconciler.errors import JournalError
from reconciler.journal.limits import LOOK, within

P = ParamSpec("P")
T = TypeVar("T")

THREAD = "off the loop"
# What a call gets whose caller has no time left: how something ended is still to be written.
LEAST_SECONDS = 2.0
# What every call gets: enough for a database that answers.
_INSTANT = 2 * LOOK

_LEFT: ContextVar[Callable[[], float]] = ContextVar("left", default=lambda: math.inf)
_LAST: ContextVar[Callable[[], float]] = ContextVar("last", default=lambda: math.inf)


@contextlib.contextmanager
def waiting(
    left: Callable[[], float], *, last: Callable[[], float] | None = None
) -> Iterator[None]:
    """Let the calls in the block, and in tasks begun in it, wait as long as *left* returns.

    Each gets `LEAST_SECONDS` all the same, but only an instant once *last* returns 0: that is
    how long everything together may still take.
    """
    before = [(_LEFT, _LEFT.set(left))]
    if last is not None:
        before.append((_LAST, _LAST.set(last)))
    try:
        yield
    finally:
        for variable, token in before:
            variable.reset(token)


async def off_loop(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what *call* returns, or raise what it raises; meanwhile the loop goes on.

    It ends when its caller waits no longer (`waiting`). A cancelled caller still waits for that
    a moment: what it did is then known. Raises JournalError for a call that does not even end
    then: it is left alone.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()
    # Nobody is left to hear of the error of a call that was left alone.
    answer.add_done_callback(lambda done: done.cancelled() or done.exception())
    callers, lasts = _LEFT.get(), _LAST.get()
    began = time.monotonic()
    until = began + max(LEAST_SECONDS, callers())

    def left() -> float:
        now = time.monotonic()
        at_all = max(began + _INSTANT - now, lasts())
        return min(max(began + LEAST_SECONDS - now, callers()), until - now, at_all)

    def work() -> None:
        try:
            with within(left):
                settle = partial(answer.set_result, call(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - raised again in the loop
            settle = partial(answer.set_exception, error)
        # The loop is closed if the run has ended without this call.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(settle)

    async def ended() -> None:
        # The call itself looks as often, unless it connects.
        while not answer.done() and left() > -_INSTANT:
            await asyncio.wait({answer}, timeout=LOOK)

    # A daemon, and no executor's: the process must not wait at its end for a call that hangs.
    # What holds for the command holds in it, too.
    held = copy_context()
    threading.Thread(target=held.run, args=(work,), name=THREAD, daemon=True).start()
    try:
        await ended()
    except asyncio.CancelledError:
        until = min(until, time.monotonic() + MOMENT)
        await ended()
        raise
    if not answer.done():
        raise JournalError(
            "the journal did not answer in time",
            hint="check its database, then run the command again "
            "(apply --resume goes on with a run that was left)",
        )
    return answer.result()
