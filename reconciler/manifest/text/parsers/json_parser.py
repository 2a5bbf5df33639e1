"""Parses JSON; the tree of the text supplies the places of faults."""

import json
from typing import Any

from reconciler.codes.file import FileCode
from reconciler.diagnostics import Diagnostic
from reconciler.errors import ManifestError
from reconciler.manifest.text.fault import conflict_marker, fault, place_at
from reconciler.manifest.text.value import (
    DEEPEST,
    LARGEST_INTEGER,
    SMALLEST_INTEGER,
    Raw,
    is_too_deep,
    whole_number,
)
from reconciler.manifest.wording import quote
from reconciler.regex import regex

_SURROGATE_ESCAPE = regex(r"\\u[dD][89a-fA-F]")
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
        raise ManifestError([_syntax_fault(error, text, file)]) from None
    except RecursionError:
        raise _too_deep(file) from None
    if is_too_deep(value):
        raise _too_deep(file)
    return Raw(
        value=value,
        is_odd=reading.is_odd or _SURROGATE_ESCAPE.search(text) is not None,
        has_duplicates=reading.has_duplicates,
    )


def _syntax_fault(error: json.JSONDecodeError, text: str, file: str) -> Diagnostic:
    if (marker := conflict_marker(text, file=file)) is not None:
        return marker
    at = error.pos + len(_BLANK.match(text, error.pos)[0])  # type: ignore[index]  # it may be ""
    before = text[: error.pos].rstrip()
    if text[at : at + 1] in {"]", "}"} and before.endswith(","):  # 3.13 points at the comma itself
        at = len(before) - 1
    rest = text[at:]
    is_in_a_text = not error.msg.startswith(("Expecting", "Extra", "Illegal trailing"))
    for pattern, sentence, hint in () if is_in_a_text else _MISTAKES:
        if (found := pattern.match(rest)) is not None:
            shown = quote(found.groupdict().get("word") or "")
            return fault(
                FileCode.JSON_SYNTAX,
                f"not valid JSON: {sentence.format(shown)}",
                file=file,
                place=place_at(text, at),
                hint=hint,
            )
    reason = f"{error.msg[:1].lower()}{error.msg[1:]}".removesuffix(" at")
    return fault(
        FileCode.JSON_SYNTAX,
        f"not valid JSON: {reason}",
        file=file,
        place=(error.lineno, error.colno),
        hint=next((hint for part, hint in _HINTS.items() if part in reason), None),
    )


_BLANK = regex(r"[ \t\r\n]*")
# What stands where JSON wants something else, and what to do about it.
_MISTAKES = tuple(
    (regex(pattern), sentence, hint)
    for pattern, sentence, hint in (
        (
            r"//|/\*|#",
            "here is a comment, which JSON does not have",
            "remove the comment, or write the manifest in a .yaml file, where # begins one",
        ),
        (
            r",[ \t\r\n]*[\]}]",
            "a comma stands behind the last entry",
            "remove this comma",
        ),
        (r",", "there is no entry before this comma", "remove this comma"),
        (r"'", "texts are in double quotes", "write \" instead of '"),
        (
            r"(?P<word>None|True|False|TRUE|FALSE|NULL|undefined)\b",
            "{} is not a value",
            "JSON writes true, false and null",
        ),
        (
            r"(?P<word>[^\W\d]\w{0,50})",
            "{} is not in double quotes",
            "put it in double quotes; what is written in YAML belongs in a .yaml file",
        ),
        (r"\Z", "it ends before everything is closed", "see whether the end is missing"),
    )
)
_HINTS = {
    "delimiter": "put a comma between two entries, and close each bracket",
    "control character": "write a line break in a text as \\n and a tab as \\t",
    "escape": "write each backslash of a text twice",
    "unterminated": "close the text with a double quote",
    "extra data": "one manifest, one file",
}


def _too_deep(file: str) -> ManifestError:
    text = f"lists and objects are nested more than {DEEPEST} levels"
    return ManifestError([fault(FileCode.TOO_DEEP, text, file=file)])
