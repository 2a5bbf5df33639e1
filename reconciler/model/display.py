r"""How a value is shown to people: two values that differ never look the same.

What nobody sees, what a server may normalise and what would act on a screen is shown by its
code: `Cafe\u0301` is not `Café`. Characters of other scripts that look alike stay as they are.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from unicodedata import category, is_normalized

from reconciler.regex import regex

ABSENT = "(absent)"
# Printable, says Unicode, but without ink: the default ignorable ones (UAX 44) and two blanks.
WITHOUT_INK = regex(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U0001d159\U000e0100-\U000e01ef]"
)
# The later parts of a Hangul syllable join the character before them like a mark.
_LATER_JAMO = regex("[\u1161-\u1175\u11a8-\u11c2]")
_ODD_BLANKS = regex(r"\A +| +\Z|(?<= ) +")
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_LONGEST_OF_BYTE = 0x100
_LONGEST_OF_BMP = 0x10000


def count(number: int, one: str, many: str | None = None) -> str:
    """Return the number with its noun, and what agrees with it: `1 change`, `2,000 changes`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def first_of(texts: Sequence[str], most: int, *, between: str = ", ") -> str:
    """Return the first *most* of *texts*, and the number of the others: `a, b and 3 more`."""
    more = len(texts) - most
    return between.join(texts[:most]) + (f" and {more:,} more" if more > 0 else "")


def visible(text: str) -> str:
    r"""Return *text* with what is not seen as what it is by its code: `\x1b`, `\u202e`, `e\u0301`.

    A backslash of the text stays as it is, and so do blanks.
    """
    if text.isprintable() and (text.isascii() or _is_seen(text)):
        return text
    return "".join(map(_visible_cluster, _clusters(text)))


def quoted(text: str) -> str:
    r"""Return *text* in double quotes, as YAML may write it: `"Path\x20"`, `"C:\\"`.

    No two texts are shown alike, not even where runs of blanks are shown as one.
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{unquoted(escaped)}"'


def unquoted(text: str) -> str:
    r"""Return *text* as `visible` does, blanks that are not seen by their codes: `Path\x20`."""
    return _ODD_BLANKS.sub(lambda found: _code(" ") * len(found[0]), visible(text))


def display(value: Any) -> str:
    """Return the JSON *value* on one line, texts `quoted`; `(absent)` for None."""
    return ABSENT if value is None else _display(value)


def _display(value: Any) -> str:
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Mapping):
        entries = (f"{quoted(str(key))}: {_display(below)}" for key, below in value.items())
        return f"{{{', '.join(entries)}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_display, value))}]"
    return json.dumps(value)


def _is_seen(text: str) -> bool:
    return (
        is_normalized("NFC", text)
        and WITHOUT_INK.search(text) is None
        and not _joins(text[0])  # it would join what stands before the text
    )


def _joins(character: str) -> bool:
    return category(character)[0] == "M" or _LATER_JAMO.match(character) is not None


def _clusters(text: str) -> Iterator[str]:
    """Yield each character with those that join it."""
    start = 0
    for at, character in enumerate(text):
        if at > start and not _joins(character):
            yield text[start:at]
            start = at
    yield text[start:]


def _visible_cluster(cluster: str) -> str:
    if cluster.isprintable() and (cluster.isascii() or _is_seen(cluster)):
        return cluster
    first = cluster[0]
    is_seen = first.isprintable() and (first.isascii() or _is_seen(first))
    return (first if is_seen else _code(first)) + "".join(map(_code, cluster[1:]))


def _code(character: str) -> str:
    if character in _SHORT:
        return _SHORT[character]
    code = ord(character)
    if code < _LONGEST_OF_BYTE:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < _LONGEST_OF_BMP else f"\\U{code:08x}"
