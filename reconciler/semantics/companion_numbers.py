"""What importsource has a word for and the companion API a number.

The types of attributes (api.md#companion-attributes), the categories of statuses
(api.md#companion-statuses).
"""

from collections.abc import Mapping

DEFAULT, REFERENCE, USER, GROUP, STATUS = 0, 1, 2, 4, 7
SELECT = "select"

# The kinds of type 0: their number as a default type, and its name in answers.
DEFAULT_TYPES: Mapping[str, tuple[int, str]] = {
    "text": (0, "Text"),
    "integer": (1, "Integer"),
    "boolean": (2, "Boolean"),
    "double": (3, "Float"),
    "date": (4, "Date"),
    "time": (5, "Time"),
    "date_time": (6, "DateTime"),
    "url": (7, "URL"),
    "email": (8, "Email"),
    "textarea": (9, "Textarea"),
    SELECT: (10, "Select"),
    "ipaddress": (11, "IP Address"),
}
CATEGORIES: Mapping[str, int] = {"inactive": 0, "active": 1, "pending": 2}
OTHERS: Mapping[str, int] = {"referenced_object": REFERENCE, "status": STATUS}


def type_number(kind: str) -> int:
    """Return the `type` of importsource's *kind*."""
    return OTHERS.get(kind, DEFAULT)


def kind_of(number: int, default: int | None) -> str | None:
    """Return importsource's word for a `type` and a `defaultTypeId`, None if it has none."""
    if number != DEFAULT:
        return next((kind for kind, each in OTHERS.items() if each == number), None)
    return next((kind for kind, (each, _) in DEFAULT_TYPES.items() if each == default), None)
