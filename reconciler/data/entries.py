"""What data files hold in any format: root entries, and positions for messages about them."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from reconciler.errors import DataError
from reconciler.manifest.wording import quote
from reconciler.value import Value

__all__ = ["LARGEST", "DataError", "DataFormat", "Notes", "RootEntry", "Wrapper"]

LARGEST = 32 * 1024 * 1024
SAVE_AS_UTF8 = 'save it as UTF-8; Excel calls that "CSV UTF-8"'
"""The most bytes of one line, and of one element of a list: it has to be held in memory."""


class DataFormat(StrEnum):
    """The format of a data file."""

    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"
    YAML = "yaml"


class RootEntry(Value):
    """One element of the list `root` of the data: an object, or a list of objects.

    `place` is its position in the file for messages: `line 7`, `hardDrives[12]`. With
    `is_alone` there is no list: the root is this object itself and is sent as such.
    """

    root: str
    value: Any
    place: str
    is_alone: bool = False


class Wrapper(Value):
    """The keys, from the top, that lead to the object with *root*, which a mapping reads."""

    keys: tuple[str, ...]
    root: str

    @property
    def hint(self) -> str:
        """How the data have to be written instead."""
        top = f"write {{{quote(self.root)}: […]}}"
        if not self.keys:
            return f"the roots are among other fields: {top}, and nothing beside"
        return f"the file wraps its roots in {quote('.'.join(self.keys))}: {top} without that"


@dataclass(kw_only=True, slots=True)
class Notes:
    """What a reader has noticed so far but does not yield.

    `bytes_read` is the progress in the file. `unread_roots` counts the elements of every root
    that no mapping reads, `wrapper` is the first of these that holds one that a mapping reads.
    """

    bytes_read: int = 0
    unread_roots: Counter[str] = field(default_factory=Counter)
    wrapper: Wrapper | None = None


class Position(Value):
    """Line and column count from 1; `byte` is the number of preceding bytes in the file."""

    line: int
    column: int
    byte: int

    def __str__(self) -> str:
        """Return `line 3, column 7 (byte 41)`."""
        return f"line {self.line}, column {self.column} (byte {self.byte})"


def data_error(file: str, position: Position, text: str, *, hint: str | None = None) -> DataError:
    """Return the error about the data at *position*."""
    return DataError(f"{file}: {position}: {text}", place=str(position), hint=hint)


def not_utf8(file: str, position: Position, byte: int) -> DataError:
    """Return the error about a byte that is not valid UTF-8."""
    return data_error(file, position, f"the byte {byte:#04x} is not UTF-8", hint=SAVE_AS_UTF8)


def too_long(file: str, place: str, most: int) -> DataError:
    """Return the error about a value that is too large to be held in memory."""
    return DataError(
        f"{file}: {place} is longer than {most // 1024**2} MiB, the most that is read at once",
        place=place,
    )
