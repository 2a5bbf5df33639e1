"""Parses JSON; the tree of the text supplies the places of faults."""

import json
import re
from typing import Any

from reconciler.codes.file import FileCode
from reconciler.errors import ManifestError
from reconciler.manifest.text.fault import fault
from reconciler.manifest.text.value import (
    DEEPEST,
    LARGEST_INTEGER,
    SMALLEST_INTEGER,
    Raw,
    is_too_deep,
    whole_number,
)

_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
_MOST_DIGITS = len(str(SMALLEST_INTEGER))


class _Reading:
    """What the hooks of the parser notice while reading one text."""

    def __init__(self) -> None:
        self.is_odd = False
        self.has_duplicates = False

    def object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        out = dict(pairs)
        if len(out) != len(pairs):
            self.has_duplicates = True
        return out

    def integer(self, digits: str) -> int | float:
        # Thousands of digits cost quadratic time, and Python refuses them.
        value = int(digits) if len(digits) <= _MOST_DIGITS else LARGEST_INTEGER + 1
        if not SMALLEST_INTEGER <= value <= LARGEST_INTEGER:
            self.is_odd = True
        return value

    def fraction(self, digits: str) -> int | float:
        value = float(digits)
        if value in (float("inf"), float("-inf")):
            self.is_odd = True
            return value
        return whole_number(value)

    def constant(self, name: str) -> float:
        self.is_odd = True
        return float(name)


def parse_json(text: str, *, file: str) -> Raw:
    """Return the value of *text*; the last value of a duplicate key. Raises ManifestError."""
    reading = _Reading()
    try:
        value = json.loads(
            text,
            object_pairs_hook=reading.object,
            parse_int=reading.integer,
            parse_float=reading.fraction,
            parse_constant=reading.constant,
        )
    except json.JSONDecodeError as error:
        sentence = f"not valid JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        place = error.lineno, error.colno
        raise ManifestError(
            [fault(FileCode.JSON_SYNTAX, sentence, file=file, place=place)]
        ) from None
    except RecursionError:
        raise _too_deep(file) from None
    if is_too_deep(value):
        raise _too_deep(file)
    return Raw(
        value=value,
        is_odd=reading.is_odd or _SURROGATE_ESCAPE.search(text) is not None,
        has_duplicates=reading.has_duplicates,
    )


def _too_deep(file: str) -> ManifestError:
    text = f"lists and objects are nested more than {DEEPEST} levels"
    return ManifestError([fault(FileCode.TOO_DEEP, text, file=file)])
