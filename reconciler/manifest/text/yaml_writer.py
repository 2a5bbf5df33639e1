"""Writes values as YAML as a person would: block style, quotes only where needed.

A string is plain only if both YAML 1.2 and 1.1 read it as a string, so that no tool takes
`no` for a boolean or `12:30` for a number of base 60.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from reconciler.regex import regex
from reconciler.value import Value


class Habits(Value):
    """The indentation of an object below its key, and of a list.

    `short_lists`: a list of scalars is on one line.
    """

    step: int = 2
    offset: int = 2
    short_lists: bool = False

    def fits_a_line(self, value: Any) -> bool:
        """Return whether *value* is written on the line of its key."""
        if not isinstance(value, dict | list) or not value:
            return True
        is_flat = isinstance(value, list) and not any(isinstance(i, dict | list) for i in value)
        return self.short_lists and is_flat


DEFAULT = Habits()

# Read by YAML 1.1 or 1.2 as something other than a string.
_NO_STRING = regex(
    r"""(?: y | n | yes | no | on | off | true | false | null | ~ | = | << |
    [-+]? (?: 0[xo][\da-f_]+ | 0b[01_]+ | \d[\d_]*(?: :[\d_]+)* (?: \.[\d_]*)? | \.[\d_]+ )
        (?: e[-+]?\d+ )? |
    [-+]? \. (?: inf | nan ) |
    \d{4}-\d\d?-\d\d? (?: [t\ ].* )? )""",
    re.IGNORECASE | re.VERBOSE,
)
_PLAIN_START = regex(r"""[^\s\-?:,\[\]{}#&*!|>'"%@`]|[\-:](?=[^\s,\[\]{}?:-])""")
_BREAKS_PLAIN = regex(r"^\s|\s$|:(?=\s|$)|\s#|\t")
_BREAKS_PLAIN_IN_FLOW = regex(r"[,\[\]{}?:]")
# YAML requires these to be escaped, or takes them for line breaks.
UNPRINTABLE = regex(
    "[^\t\n -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
# Invisible, or changing the direction of text: escaped, so that a reviewer sees them.
HIDDEN = regex(
    "[\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff"
    "\U000e0000-\U000e007f]"
)
_ESCAPED = regex(f"{UNPRINTABLE.pattern}|{HIDDEN.pattern}")


def yaml_text(value: dict[str, Any]) -> str:
    """Return *value* as a whole YAML text."""
    return "".join(f"{line}\n" for line in block_lines(value))


def block_lines(value: Any, habits: Habits = DEFAULT) -> Iterator[str]:
    """Yield the lines of *value* in block style, from column 0."""
    if isinstance(value, dict) and value:
        for key, below in value.items():
            yield from entry_lines(key, below, habits)
    elif isinstance(value, list) and value:
        for each in value:
            first, *rest = block_lines(each, habits)
            yield f"- {first}"
            yield from (f"  {line}" if line else "" for line in rest)
    else:
        yield flow(value)


def entry_lines(key: str, value: Any, habits: Habits = DEFAULT) -> Iterator[str]:
    """Yield the lines of a key with its value, in block style and from column 0."""
    name = scalar(key)
    if isinstance(value, str) and is_literal(value):
        header, *lines = literal_lines(value, indent=habits.step)
        yield f"{name}: {header}"
        yield from lines
    elif habits.fits_a_line(value):
        yield f"{name}: {flow(value)}"
    else:
        yield f"{name}:"
        indent = " " * (habits.step if isinstance(value, dict) else habits.offset)
        for line in block_lines(value, habits):
            yield f"{indent}{line}" if line else ""


def flow(value: Any) -> str:
    """Return *value* on one line; lists and objects in flow style."""
    if isinstance(value, dict):
        entries = (f"{_in_flow(key)}: {_in_flow(below)}" for key, below in value.items())
        return f"{{{', '.join(entries)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_in_flow, value))}]"
    return scalar(value)


def _in_flow(value: Any) -> str:
    if isinstance(value, str) and _BREAKS_PLAIN_IN_FLOW.search(value):
        return quoted_scalar(value)
    return flow(value)


def scalar(value: Any) -> str:
    """Return a string, number, boolean or null on one line, for block style."""
    if not isinstance(value, str):
        # YAML 1.1 allows an exponent only after a decimal point.
        return re.sub(r"^(-?\d+)e", r"\1.0e", json.dumps(value))
    is_plain = (
        _PLAIN_START.match(value) is not None
        and _BREAKS_PLAIN.search(value) is None
        and _NO_STRING.fullmatch(value) is None
        and "\n" not in value
        and _ESCAPED.search(value) is None
    )
    return value if is_plain else quoted_scalar(value)


def quoted_scalar(value: str, mark: str = "") -> str:
    """Return *value* in the quotes *mark* if possible, by default in those that escape less."""
    shows = _ESCAPED.search(value) is None and "\n" not in value and "\t" not in value
    if not mark:
        mark = "'" if "\\" in value or '"' in value else '"'
    if shows and mark == "'":
        return "'" + value.replace("'", "''") + "'"
    return _ESCAPED.sub(_escaped, json.dumps(value, ensure_ascii=False))


def is_literal(value: str) -> bool:
    """Return whether *value* is written as a literal block: several lines, nothing to escape."""
    return (
        "\n" in value
        and value[0] not in " \t\n"
        and not value.endswith("\n\n")
        and not any(line != line.rstrip() for line in value.split("\n"))
        and _ESCAPED.search(value) is None
    )


def literal_lines(value: str, *, indent: int) -> Iterator[str]:
    """Yield the header of a literal block and its lines."""
    yield "|" if value.endswith("\n") else "|-"
    for line in value.removesuffix("\n").split("\n"):
        yield f"{' ' * indent}{line}" if line else ""


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004 - the BMP's end
