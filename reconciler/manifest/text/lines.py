"""The lines of a text: on which one an offset is."""

_BLOCK = 2048


class Lines:
    """Finds line and column of offsets, without a list of all lines.

    A line ends with a line feed, a carriage return, or one before the other. In `text` all end
    with a line feed, and every offset is as before.
    """

    def __init__(self, text: str) -> None:
        """Store the text; its lines are counted as far as is asked for."""
        self.text = text.replace("\r\n", " \n").replace("\r", "\n") if "\r" in text else text
        # Where blocks of characters start: the number of the line there, and its own start.
        self._blocks = [(1, 0)]

    def place(self, at: int) -> tuple[int, int]:
        """Return line and column of the offset *at*, from 1."""
        while len(self._blocks) <= at // _BLOCK:
            self._blocks.append(self._line(len(self._blocks) * _BLOCK))
        number, start = self._line(at)
        return number, at - start + 1

    def _line(self, at: int) -> tuple[int, int]:
        """Return the number of the line of *at* and its start, counting from the block before."""
        block = min(at // _BLOCK, len(self._blocks) - 1)
        number, start = self._blocks[block]
        found = self.text.rfind("\n", block * _BLOCK, at) + 1
        return number + self.text.count("\n", block * _BLOCK, at), found or start
