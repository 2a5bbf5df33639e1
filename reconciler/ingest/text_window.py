"""The part of a long text that is in memory, and where it stands in its file."""

import codecs

from reconciler.ingest.entries import DataError
from reconciler.ingest.opened import Opened
from reconciler.ingest.spot import Spot, not_utf8

BLOCK = 256 * 1024
_LARGEST_BLOCK = 8 * 1024 * 1024


class TextWindow:
    """`text` is read from `at` on; `more` moves the window. `ended` says that nothing follows."""

    def __init__(self, opened: Opened, *, block: int = BLOCK) -> None:
        """Begin before the first byte, to read *block* bytes at once."""
        self._block = block
        self.text = ""
        self.at = 0
        self.ended = False
        self.file = opened.file
        self._stream = opened.stream
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._next_byte = opened.begin
        self._line, self._column = 1, 1

    def more(self) -> None:
        """Drop what lies before `at` and read on. Raises DataError where it is not UTF-8.

        The blocks grow with what is kept, so that a long value is looked at only a few times.
        """
        self._line, self._column = self._line_and_column(self.at)
        self.text, self.at = self.text[self.at :], 0
        block = self._stream.read(max(self._block, min(len(self.text), _LARGEST_BLOCK)))
        try:
            self.text += self._decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            raise self._not_utf8(error) from None
        self._next_byte += len(block)
        self.ended = not block

    def spot(self, at: int) -> Spot:
        """Return where the character *at* of the text stands in the file."""
        line, column = self._line_and_column(at)
        waiting, _ = self._decoder.getstate()
        behind = len(self.text[at:].encode()) + len(waiting)
        return Spot(line=line, column=column, byte=self._next_byte - behind)

    def _line_and_column(self, at: int) -> tuple[int, int]:
        lines = self.text.count("\n", 0, at)
        if not lines:
            return self._line, self._column + at
        return self._line + lines, at - self.text.rfind("\n", 0, at)

    def _not_utf8(self, error: UnicodeDecodeError) -> DataError:
        # The codec kept the bytes of a character that the block before had cut in two.
        waiting, _ = self._decoder.getstate()
        self.text += error.object[: error.start].decode()
        line, column = self._line_and_column(len(self.text))
        byte = self._next_byte - len(waiting) + error.start
        spot = Spot(line=line, column=column, byte=byte)
        return not_utf8(self.file, spot, error.object[error.start])
