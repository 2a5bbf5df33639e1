"""What lives as long as the process does.

A plan is made of millions of small values. To free each of them just before the process ends takes
a twentieth of its time, so a process that runs one command keeps them.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_kept: list[object] = []


def begin() -> None:
    """Let this process, which runs one command, keep what it is asked to.

    What is kept refers to itself: nothing but the collector could free it.
    """
    _kept.append(_kept)


def keep(*values: object) -> None:
    """Keep *values* until this process ends, if it is one that keeps any."""
    if _kept:
        _kept.extend(values)


def settle() -> None:
    """Let the collector look through nothing of what is there now, if this process keeps any.

    In another one, which calls us, that would keep its garbage for good.
    """
    if _kept:
        gc.freeze()


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the collector while files are read: it costs half the time, and finds no garbage."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            settle()  # what was read mostly stays
            gc.enable()
