"""JSON text to values, with a sentence for what no receiver would read as it was meant."""

import json
import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Any

from reconciler.ingest.entries import Notes
from reconciler.manifest.text.value import DEEPEST, is_too_deep
from reconciler.manifest.wording import shown

_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
_SHORTEST_ROUNDED = 16
# The standard library says it differently from version to version.
_SAID = {
    "Expecting value": "a value is expected, not {found}",
    "Expecting property name": "a key in double quotes is expected, not {found}",
    "Illegal trailing comma": "no comma may stand before the end of an object",
    "Expecting ':'": "a colon is expected, not {found}",
    "Expecting ','": "a comma or the end of the list or object is expected, not {found}",
    "Invalid control character": "the control character {found} has to be escaped",
    "Invalid \\": "this is none of JSON's escapes",
    "Unterminated string": "the string that begins here has no end",
}
_LONGEST_TOKEN = 16  # -Infinity, or two escapes: what an end of the text may cut in two


class Refused(Exception):
    """A whole value that has to be refused, for the reason in words."""


@dataclass
class Broken(Exception):
    """The text is not JSON at `at`; `is_open` where more text might make it so."""

    at: int
    text: str
    is_open: bool


class JsonValues:
    """Reads values; counts in `notes` what is rounded."""

    def __init__(self, notes: Notes) -> None:
        """Make the decoder."""
        self._notes = notes
        self._too_large: list[str] = []
        self._scan = json.JSONDecoder(
            object_pairs_hook=_object, parse_float=self._fraction, parse_constant=_constant
        ).raw_decode

    def at(self, text: str, start: int) -> tuple[Any, int]:
        """Return the value of *text* that begins at *start*, and where it ends.

        Raises Broken, or Refused for duplicate keys, NaN, numbers and texts that JSON cannot
        carry, and where it is nested too deeply.
        """
        rounded = self._notes.rounded
        self._too_large.clear()
        try:
            value, end = self._scan(text, start)
        except json.JSONDecodeError as error:
            self._notes.rounded = rounded  # it may come again, with more text
            raise _broken(error, text) from None
        except ValueError:
            raise Refused("holds a whole number of thousands of digits") from None
        except RecursionError:
            raise Refused(_TOO_DEEP) from None
        # Only now, for where the text breaks off a number may have lost some of its digits.
        if self._too_large and type(value) is not float:
            raise Refused(f"holds the number {self._too_large[0]}, which 64 bits cannot hold")
        if text.count("{", start, end) + text.count("[", start, end) > DEEPEST and is_too_deep(
            value
        ):
            raise Refused(_TOO_DEEP)
        if _SURROGATE_ESCAPE.search(text, start, end):
            _check_surrogates(value)
        return value, end

    def _fraction(self, digits: str) -> float:
        value = float(digits)
        if not isfinite(value):
            self._too_large.append(_short(digits))
        elif (
            len(digits) > _SHORTEST_ROUNDED
            and (said := repr(value)) != digits
            and Decimal(said) != Decimal(digits)
        ):
            self._notes.rounded += 1
        return value


_TOO_DEEP = f"is nested more than {DEEPEST} levels"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        (twice, _), *_ = Counter(key for key, _ in pairs).most_common(1)
        raise Refused(f"has the key {shown(twice)} twice in one object")
    return out


def _constant(name: str) -> float:
    raise Refused(f"holds {name}, which is no number of JSON")


def _check_surrogates(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Refused("holds half of a surrogate pair, which UTF-8 cannot hold") from None


def _broken(error: json.JSONDecodeError, text: str) -> Broken:
    at = min(error.pos, len(text))
    is_open = error.msg.startswith("Unterminated") or at > len(text) - _LONGEST_TOKEN
    if at == len(text):
        return Broken(at=at, text="the file ends here, in the middle of a value", is_open=is_open)
    said = next((ours for theirs, ours in _SAID.items() if error.msg.startswith(theirs)), error.msg)
    return Broken(at=at, text=said.replace("{found}", shown(text[at])), is_open=is_open)


def _short(digits: str) -> str:
    return digits if len(digits) <= _LONGEST_TOKEN else f"{digits[:_LONGEST_TOKEN]}…"
