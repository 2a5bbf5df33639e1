"""A place in a text file, as messages name it."""

from dataclasses import dataclass

from reconciler.ingest.entries import DataError


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """Line and column count from 1, `byte` is the number of bytes before it in the file."""

    line: int
    column: int
    byte: int

    def __str__(self) -> str:
        """Return `line 3, column 7 (byte 41)`."""
        return f"line {self.line}, column {self.column} (byte {self.byte})"


def refused(file: str, spot: Spot, text: str, *, hint: str | None = None) -> DataError:
    """Return the error about what stands at *spot*."""
    return DataError(f"{file}: {spot}: {text}", place=str(spot), hint=hint)


def not_utf8(file: str, spot: Spot, byte: int) -> DataError:
    """Return the error about a byte that begins nothing in UTF-8."""
    return refused(file, spot, f"the byte {byte:#04x} is not UTF-8", hint="save it as UTF-8")


def too_long(file: str, place: str, most: int) -> DataError:
    """Return the error about what would have to be held in memory at once."""
    return DataError(
        f"{file}: {place} is longer than {most // 1024**2} MiB, the most that is read at once",
        place=place,
    )
