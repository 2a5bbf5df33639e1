"""Calls that wait for the journal's database, made in threads: the event loop never does."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

THREAD = "off the loop"


async def off_loop(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what *call* returns, or raise what it raises; meanwhile the loop goes on.

    A cancelled caller still waits for the end of the call, which the store limits: what it did
    is then known. Cancelled once more, the caller leaves the call alone.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()
    # Nobody is left to hear of the error of a call that was left alone.
    answer.add_done_callback(lambda done: done.cancelled() or done.exception())

    def work() -> None:
        try:
            settle = partial(answer.set_result, call(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - raised again in the loop
            settle = partial(answer.set_exception, error)
        # The loop is closed if the run has ended without this call.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(settle)

    # A daemon, and no executor's: the process must not wait at its end for a call that hangs.
    threading.Thread(target=work, name=THREAD, daemon=True).start()
    try:
        return await asyncio.shield(answer)
    except asyncio.CancelledError:
        await asyncio.wait({answer})
        raise
