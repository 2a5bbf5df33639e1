"""The type of a column's values, and what about it is not certain.

A type is inferred only where every value is of it (mapping.md): Assets leaves out what is not.
"""

import itertools
import re
from collections.abc import Callable, Sequence

from reconciler.mapping.inference.names import words_of
from reconciler.mapping.inference.sample import Column
from reconciler.mapping.value_types import VALUE_TYPES
from reconciler.model.display import count
from reconciler.regex import regex
from reconciler.value import Value

TEXT, TEXTAREA, INTEGER, DOUBLE, URL = "text", "textarea", "integer", "double", "url"
_CANDIDATES = ("boolean", INTEGER, DOUBLE, "date", "date_time", "ipaddress", "email", URL)
_NEARLY = 0.8
_FIRST = 10  # of which one is of a type that nearly all are of
# A number that is the same when it is written again, so no code with zeros.
_NUMBER = regex(r"-?(0|[1-9]\d{0,40})(\.\d{1,40})?", re.ASCII)
_MOST_OF_INTEGER = 2**31 - 1
_NO_NUMBERS = frozenset((
    "version", "firmware", "release", "phone", "tel", "telephone", "mobile", "fax", "zip",
    "postcode",
))  # fmt: skip
_IDENTIFIERS = frozenset(["id", "ids", "uid", "key", "code", "serial", "account", "sku"])
_LONGEST_TEXT = 255  # recommended (api.md#recommended-limits)
_SECRETS = frozenset(["password", "passwd", "pwd", "passphrase", "secret", "token", "apikey"])
_SECRET_PAIRS = frozenset((first, "key") for first in ("api", "private", "secret", "access"))
_OTHER_FORMS = {
    "dates, but not as 2024-01-31": re.compile(r"\d{1,2}[./-]\d{1,2}[./-](\d{4}|\d{2})\b.*"),
    "times, but not as 2024-01-31T09:30:00Z": re.compile(r"\d{14}(\.\d+)?Z"),
    "yes or no; only true and false are booleans": re.compile(r"yes|no|y|n", re.IGNORECASE),
}
_MOST_CHOICES, _LEAST_USES = 8, 3


class ColumnType(Value):
    """The type of an attribute, and what a person should know about it."""

    type: str
    notes: tuple[str, ...] = ()


def column_type(column: Column) -> ColumnType:
    """Return the type that all values of *column* have, text if there is no other."""
    texts = [*column.texts]
    for name in _CANDIDATES if texts else ():
        fits = _fits(name)
        if not any(map(fits, texts[:_FIRST])):
            continue
        bad = sum(not fits(text) for text in texts)
        if bad == 0:
            return _of_type(name, column, texts)
        if bad <= (1 - _NEARLY) * len(texts):
            called = VALUE_TYPES[name].called
            note = f"kept as text: {count(bad, 'value')} of {len(texts):,} not {called}"
            return ColumnType(type=_of_texts(texts), notes=(note,))
    notes = [
        f"looks like {form}"
        for form, pattern in _OTHER_FORMS.items()
        if texts and all(map(pattern.fullmatch, texts))
    ]
    distinct = len(set(texts))
    if not notes and distinct <= _MOST_CHOICES and len(texts) >= max(distinct, 2) * _LEAST_USES:
        notes.append(f"{count(distinct, 'value')} in all: may be a status, with a statusSchema")
    return ColumnType(type=_of_texts(texts), notes=tuple(notes))


def _of_type(name: str, column: Column, texts: Sequence[str]) -> ColumnType:
    if name not in {INTEGER, DOUBLE}:
        return ColumnType(type=name)
    words = words_of(column.path.rpartition(".")[2])
    is_none = _NO_NUMBERS.intersection(words) or _IDENTIFIERS.intersection(words[-1:])
    if column.has_texts and is_none:
        return ColumnType(type=TEXT, notes=("numbers, kept as text for what it is called",))
    if name == INTEGER and any(abs(int(text)) > _MOST_OF_INTEGER for text in texts):
        if any(int(float(text)) != int(text) for text in texts):
            return ColumnType(type=TEXT, notes=("kept as text: too long for a number",))
        note = "double: beyond 32 bits, and how large an integer may be is not documented"
        return ColumnType(type=DOUBLE, notes=(note,))
    return ColumnType(type=name)


def _of_texts(texts: Sequence[str]) -> str:
    is_long = any(len(text) > _LONGEST_TEXT or "\n" in text for text in texts)
    return TEXTAREA if is_long else TEXT


def _fits(name: str) -> Callable[[str], object]:
    """Return the check of a type, stricter than what Assets takes where a text looks alike."""
    check = VALUE_TYPES[name].check or bool
    if name == INTEGER:
        return lambda text: "." not in text and _NUMBER.fullmatch(text)
    if name == DOUBLE:
        return _NUMBER.fullmatch
    if name == URL:  # `web-01:8080` is none
        return lambda text: "://" in text and check(text)
    return check


def is_secret(path: str) -> bool:
    """Return whether what is at *path* is called as secrets are: no object should have it."""
    words = words_of(path.rpartition(".")[2])
    pairs = itertools.pairwise(words)
    return bool(_SECRETS.intersection(words)) or not _SECRET_PAIRS.isdisjoint(pairs)
