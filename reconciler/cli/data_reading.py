"""Read a data file once, for all that look at it, while someone watches."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from reconciler.ingest.entries import DataFormat
from reconciler.ingest.reading import Reading, open_data
from reconciler.render.data_progress import data_progress
from reconciler.render.terminal import Screen

STANDARD_INPUT = "-"


class Taker(Protocol):
    """What looks at the entries of data, one after another."""

    def take(self, root: str, entry: Any, /) -> None:
        """Take one root entry."""


def take_data(
    data: str,
    takers: Sequence[Taker],
    *,
    format_: DataFormat | None,
    roots: frozenset[str],
    screen: Screen,
) -> Reading:
    """Give each root entry of *data* to each of *takers*, and return what the reading saw.

    Raises DataError where the data are not what they should be.
    """
    path = path_of(data)
    with (
        open_data(path, format=format_, roots=roots) as reading,
        data_progress(name_of(data), path.stat().st_size if path else None, screen) as tell,
    ):
        for entry in reading:
            for taker in takers:
                taker.take(entry.root, entry.value)
            tell(reading.bytes_read)
    return reading


def path_of(data: str) -> Path | None:
    """Return the file that *data* names, None for standard input."""
    return None if data == STANDARD_INPUT else Path(data)


def name_of(data: str) -> str:
    """Return what *data* is called in reports: the file's name without its directories."""
    return "standard input" if data == STANDARD_INPUT else Path(data).name
