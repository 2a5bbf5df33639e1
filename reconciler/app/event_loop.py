"""Run coroutines from synchronous code, and signals in two stages (design.md#interruption)."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

from reconciler import interruption

T = TypeVar("T")


def run_async(work: Coroutine[Any, Any, T]) -> T:
    """Run *work* to its end; return its result or raise its exception.

    A signal cancels it where it waits. Raises KeyboardInterrupt after a signal, whatever the
    work made of it.
    """
    # When `asyncio.run` restores its own handler of Ctrl-C, `signal` formats a message of it: of
    # the task, and so of its whole result. For 500 sources that took 300 MiB.
    done: list[T] = []
    running: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]]] = []
    asked = False

    async def keep() -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in one
        running.append((asyncio.get_running_loop(), task))
        try:
            if asked:
                task.cancel()
            done.append(await work)
        finally:
            running.clear()

    def cancel() -> None:
        nonlocal asked
        asked = True
        interruption.end_soon()
        for loop, task in running:
            loop.call_soon_threadsafe(task.cancel)

    with interruption.handling(interruption.at_most_twice(cancel)):
        try:
            asyncio.run(keep())
        except (Exception, asyncio.CancelledError) as error:
            if asked:
                raise KeyboardInterrupt from error
            raise
    if asked:
        raise KeyboardInterrupt
    return done[0]


@contextmanager
def interruptible(request: Callable[[], None]) -> Iterator[None]:
    """Call *request* for the first two signals during the block; a third one ends the process.

    Must be used inside the running loop.
    """
    loop = asyncio.get_running_loop()
    ask = partial(loop.call_soon_threadsafe, request)
    with interruption.handling(interruption.at_most_twice(ask)):
        yield
