"""The lines of a data file as text, one at a time and none of any length."""

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.ingest.entries import LARGEST
from reconciler.ingest.opened import Opened
from reconciler.ingest.spot import Spot, not_utf8, refused, too_long


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line with its end, its number from 1, and the offset of its first byte."""

    text: str
    number: int
    byte: int

    def spot(self, at: int) -> Spot:
        """Return where the character *at* stands in the file."""
        byte = self.byte + len(self.text[:at].encode())
        return Spot(line=self.number, column=at + 1, byte=byte)


def lines_of(opened: Opened) -> Iterator[Line]:
    """Yield the lines. Raises DataError where one is too long, not UTF-8, or has a NUL byte."""
    number, byte = 0, opened.begin
    while data := opened.stream.readline(LARGEST + 1):
        number += 1
        if len(data) > LARGEST:
            raise too_long(opened.file, f"line {number}", LARGEST)
        try:
            line = Line(text=data.decode(), number=number, byte=byte)
        except UnicodeDecodeError as error:
            before = Line(text=data[: error.start].decode(), number=number, byte=byte)
            spot = before.spot(len(before.text))
            raise not_utf8(opened.file, spot, data[error.start]) from None
        if "\0" in line.text:
            spot = line.spot(line.text.index("\0"))
            raise refused(opened.file, spot, "a NUL byte, so this is no text file")
        yield line
        byte += len(data)
