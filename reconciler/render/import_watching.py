"""That executions are waited for: one line that changes where a person watches, else one each."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from reconciler.outcome.latest_import import LatestImport
from reconciler.render.latest_imports import word
from reconciler.render.shorten import shorten
from reconciler.render.terminal import Screen, styled

_NAME_WIDTH = 32
# For the spinner, and for the cursor.
_MARGIN = 4

Told = Callable[[LatestImport], None]


@contextmanager
def import_watching(sources: int, screen: Screen) -> Iterator[Told]:
    """Yield what is to be told each time that the execution of one of *sources* was looked at."""
    if not screen.interactive:
        yield _lines(screen)
        return
    with screen.console.status("Reading the latest executions") as status:
        seen: dict[str, LatestImport] = {}

        def tell(latest: LatestImport) -> None:
            seen[latest.source] = latest
            line = shorten(_waiting(seen, sources), max(1, screen.console.width - _MARGIN))
            status.update(styled((line,)))

        yield tell


def _lines(screen: Screen) -> Told:
    """Return what writes a line whenever it stands otherwise than before."""
    words: dict[str, str] = {}

    def tell(latest: LatestImport) -> None:
        now = word(latest)
        if words.get(latest.source) != now:
            words[latest.source] = now
            screen.line(f"{latest.source}: {now}")

    return tell


def _waiting(seen: dict[str, LatestImport], sources: int) -> str:
    open_ = [each for each in seen.values() if not each.is_over]
    told = ", ".join(f"{shorten(each.source, _NAME_WIDTH)} {word(each)}" for each in open_)
    return f"{len(seen) - len(open_)}/{sources} ended  {told}"
