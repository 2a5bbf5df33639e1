"""Signals that interrupt, from the first import to the exit code (design.md#interruption).

`reconciler.__main__` imports this before anything else, so it imports next to nothing itself.
"""

import os
import sys

CODE = 130
SENTENCE = "Interrupted."


def end(*_: object) -> None:
    """End the process at once, whatever it is at: one line on standard error, and the code."""
    try:
        os.write(2, f"{SENTENCE}\n".encode())
    finally:
        os._exit(CODE)


try:
    import signal
    from collections.abc import Callable, Iterator
    from contextlib import contextmanager
    from types import FrameType
except KeyboardInterrupt:  # the interpreter's own handler stands until `begin`
    end()

_PATIENCE = 10
_IMPORTING = "<frozen importlib._bootstrap>"
Handler = Callable[[int, FrameType | None], object] | signal.Handlers
# Each system has its own; Windows sends its last for Ctrl-Break, and when a console is closed.
_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
# One that the process was started to ignore (nohup) goes on being ignored.
_SIGNALS = tuple(
    number
    for name in _NAMES
    if (number := getattr(signal, name, None)) is not None
    and signal.getsignal(number) is not signal.SIG_IGN
)


def handle(handler: Handler) -> None:
    """Answer every signal with *handler* from now on."""
    for number in _SIGNALS:
        signal.signal(number, handler)


@contextmanager
def handling(handler: Handler) -> Iterator[None]:
    """Answer every signal with *handler* during the block."""
    before = [(number, signal.getsignal(number)) for number in _SIGNALS]
    handle(handler)
    try:
        yield
    finally:
        for number, handled in before:
            signal.signal(number, handled)


def at_most_twice(action: Callable[[], object]) -> Handler:
    """Return the handler that does *action*; the third signal ends the process instead.

    One Ctrl-C often comes twice: from the terminal, and from the program that started this one.
    """
    seen = 0

    def count(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen > 2:  # noqa: PLR2004 - as its name says
            end()
        action()

    return count


def interrupt(_: int, frame: FrameType | None) -> None:
    """Raise KeyboardInterrupt: the handler of a command that has no other.

    Unless something is being imported: a module that is interrupted in its making may turn that
    into any other error, and there is nothing to tidy up.
    """
    while frame is not None:
        if frame.f_code.co_filename == _IMPORTING:
            end()
        frame = frame.f_back
    end_soon()
    raise KeyboardInterrupt


def end_soon() -> None:
    """End the process in ten seconds unless it has ended by itself.

    An exception that is raised just when a lock was taken leaves it locked, and what tidies up may
    wait for it.
    """
    if hasattr(signal, "alarm"):
        signal.signal(signal.Signals["SIGALRM"], end)
        signal.alarm(_PATIENCE)
    else:
        from threading import Timer  # noqa: PLC0415 - only Windows has no alarm

        timer = Timer(_PATIENCE, end)
        timer.daemon = True
        timer.start()


def begin() -> None:
    """End at once on a signal: while modules are loaded there is nothing to tidy up."""
    handle(end)
    sys.unraisablehook = _unraisable


def _unraisable(what: "sys.UnraisableHookArgs") -> None:
    """End where a destructor or a callback would have swallowed the interruption."""
    if issubclass(what.exc_type, KeyboardInterrupt):
        end()
    sys.__unraisablehook__(what)
