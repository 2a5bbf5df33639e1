"""Standard output and error of the process: what cannot be written there ends no run.

A run that has sent something goes on to its end, whoever listens.
"""

import io
import os
import sys
from typing import TextIO

_NAMES = ("stdin", "stdout", "stderr")


class Output(io.TextIOWrapper):
    """A standard stream that drops what nobody takes; `failure` is the first error of it."""

    failure: OSError | None = None

    def write(self, text: str) -> int:
        """Write *text*, as far as it can be written."""
        try:
            return super().write(text)
        except OSError as error:
            self.drop(error)
            return len(text)

    def flush(self) -> None:
        """Write what is pending, as far as it can be written."""
        try:
            super().flush()
        except OSError as error:
            self.drop(error)

    def drop(self, error: OSError | None) -> None:
        """Send what is pending, and all that follows, to the null device."""
        self.failure = self.failure or error
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.fileno())
        os.close(nowhere)
        super().flush()


def take_over() -> None:
    """Make both outputs of this process an Output, and what is closed the null device."""
    for number, name in enumerate(_NAMES):
        if getattr(sys, name) is None:
            # Free numbers are given away in order: the journal would be opened in its place.
            os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(number, "w" if number else "r"))
    sys.stdout, sys.stderr = _output(sys.stdout), _output(sys.stderr)


def flush(*, interrupted: bool) -> OSError | None:
    """Write what is pending; return why standard output did not take all, None if it did.

    A reader that left (`| head`) has what it wanted. After an interruption nobody is waited for.
    """
    if interrupted and isinstance(sys.stdout, Output):
        sys.stdout.drop(None)
    sys.stdout.flush()
    failure = failure_of(sys.stdout)
    return None if isinstance(failure, BrokenPipeError) else failure


def _output(stream: TextIO) -> Output:
    assert isinstance(stream, io.TextIOWrapper)  # noqa: S101 - as the interpreter opens it
    encoding, by_line = stream.encoding, stream.line_buffering
    if os.name == "nt" and "PYTHONIOENCODING" not in os.environ:
        encoding = "utf-8"  # in a pipe or a file it is the code page of the machine
    # A terminal that cannot show an arrow is no reason to fail.
    return Output(
        stream.detach(), encoding=encoding, errors="backslashreplace", line_buffering=by_line
    )


def failure_of(stream: TextIO) -> OSError | None:
    """Return why *stream* did not take all that was written, None if it did."""
    return stream.failure if isinstance(stream, Output) else None
