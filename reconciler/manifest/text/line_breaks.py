"""Characters that end a line in YAML 1.1, and not in YAML 1.2 (5.4: they are printable).

The libraries that parse YAML know only 1.1. So each of these characters is replaced by one of
private use for them, which keeps every column, and is put back into what they return.
"""

from typing import Any

from reconciler.regex import regex

BREAKS = regex("[\x85\u2028\u2029]")
_ESCAPED = regex(r"\\U([0-9a-fA-F]{8})")
_STAND_INS = range(0xF0000, 0xFFFFE)


class LineBreaks:
    """The replacement of these characters in one text, in both directions."""

    def __init__(self, text: str) -> None:
        """Choose characters that *text* does not have, neither written out nor escaped."""
        self.readable = text
        self._back: dict[int, str] = {}
        if text.isascii() or BREAKS.search(text) is None:
            return
        taken = {*map(ord, text), *(int(code, 16) for code in _ESCAPED.findall(text))}
        free = (code for code in _STAND_INS if code not in taken)
        self._back = dict(zip(free, "\x85\u2028\u2029", strict=False))
        self.readable = text.translate({ord(c): code for code, c in self._back.items()})

    def restored(self, text: str) -> str:
        """Return *text*, a part of what was parsed, with its own characters."""
        return text.translate(self._back) if self._back else text

    def restored_value(self, value: Any) -> Any:
        """Return the parsed *value* with its own characters; not nested deeper than is parsed."""
        if not self._back:
            return value
        if isinstance(value, str):
            return self.restored(value)
        if isinstance(value, dict):
            return {
                self.restored_value(key): self.restored_value(below) for key, below in value.items()
            }
        return [*map(self.restored_value, value)] if isinstance(value, list) else value
