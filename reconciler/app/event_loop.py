"""Run coroutines from synchronous code, and signals in two stages (design.md#interruption)."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")


def run_async(work: Coroutine[Any, Any, T]) -> T:
    """Run *work* to its end; return its result or raise its exception.

    When `asyncio.run` restores the handler of Ctrl-C, `signal` formats a message of the previous
    one: of the task, and so of its whole result. For 500 sources that took 300 MiB.
    """
    done: list[T] = []

    async def keep() -> None:
        done.append(await work)

    asyncio.run(keep())
    return done[0]


_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interruptible(request: Callable[[], None]) -> Iterator[None]:
    """Call *request* for each signal during the block instead of ending the process.

    Must be used inside the running loop.
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
    """Let Ctrl-C raise KeyboardInterrupt immediately during the block.

    The loop's own handler only cancels its task, which a read from the terminal never notices.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
