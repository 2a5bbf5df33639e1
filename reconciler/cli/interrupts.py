"""Ctrl-C and SIGTERM as the two stages of an interruption (design.md#interruption)."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

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
