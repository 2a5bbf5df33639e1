"""Run what is asynchronous to its end: `asyncio.run`, for results of any size.

Ctrl-C and SIGTERM as the two stages of an interruption (design.md#interruption).
"""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")


def until_done(work: Coroutine[Any, Any, T]) -> T:
    """Return what *work* returns, and raise what it raises.

    `asyncio.run` puts the handler of Ctrl-C back, for which `signal` makes a message of the one
    before: of the task, and so of all that it returned. Of 500 sources that were 300 MiB.
    """
    done: list[T] = []

    async def keep() -> None:
        done.append(await work)

    asyncio.run(keep())
    return done[0]


_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interruptible(request: Callable[[], None]) -> Iterator[None]:
    """Call *request* for each signal while the block runs, instead of ending the process.

    Must be used inside of the running loop.
    """
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    for number in _SIGNALS:
        loop.add_signal_handler(number, request)
    try:
        yield
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)


@contextmanager
def ctrl_c_at_once() -> Iterator[None]:
    """Let Ctrl-C raise KeyboardInterrupt where it strikes, while the block runs.

    The loop's own handler only cancels its task, which a read from the terminal never sees.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
