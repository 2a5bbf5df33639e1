"""That something is being waited for: a spinner where a person watches, a line elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager

from reconciler.render.terminal import Screen


@contextmanager
def waiting(text: str, screen: Screen) -> Iterator[None]:
    """Show *text*, which is ours, while the block runs."""
    if screen.interactive:
        with screen.console.status(text):
            yield
    else:
        screen.line(text)
        yield
