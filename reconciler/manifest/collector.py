"""Pauses the garbage collector while files are read."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from reconciler import lifetime


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the collector, which would cost half the time: many containers, no garbage."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            lifetime.settle()  # what was read mostly stays
            gc.enable()
