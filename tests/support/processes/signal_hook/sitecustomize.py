"""Loaded by the interpreter before anything else: sends its own process a signal.

`SIGNAL_AT` is NUMBER:NTH:KIND, the nth audit event (an import, a file opened, a connection …) or
the nth call of a function; with NTH 0 the events are counted and told at the end.
"""

import atexit
import os
import sys

number, nth, kind = os.environ.pop("SIGNAL_AT").split(":")
seen = 0


def count(*_: object) -> None:
    """Count one event."""
    global seen  # noqa: PLW0603 - a hook has no other place
    seen += 1
    if seen == int(nth):
        os.kill(os.getpid(), int(number))


if kind == "call":
    sys.setprofile(count)
else:
    sys.addaudithook(count)
if nth == "0":
    atexit.register(lambda: sys.stderr.write(f"{seen} events\n"))
