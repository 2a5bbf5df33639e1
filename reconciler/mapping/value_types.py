"""Which texts are valid values of which attribute type: one table.

JSON numbers and booleans are checked as the text they are written as, so a quoted number is
valid too.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from ipaddress import ip_address

from reconciler.regex import regex
from reconciler.value import Value

Check = Callable[[str], object]  # whose truth says whether the text is valid


class ValueType(Value):
    """The name of an attribute type's values, and a check of texts; None accepts all."""

    called: str
    check: Check | None = None


_INTEGER = regex(r"[+-]?\d+", re.ASCII)
_DOUBLE = regex(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DATE_OF_DATE_TIME = regex(r"\d{4}-\d\d-\d\d[T ]|\d{8}T", re.ASCII)
_DATE = regex(r"\d{4}-\d\d-\d\d", re.ASCII)
_BOOLEAN = regex("true|false", re.ASCII | re.IGNORECASE)
_DIGIT = regex(r"\d", re.ASCII)
_URL = regex(r"[A-Za-z][A-Za-z0-9+.-]+:\S+")
_BYTE = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
# Both are ten times faster than ip_address. An IPv6 address is shortened nearly always; one with
# so few colons has no part too many.
_IPV4 = regex(rf"{_BYTE}(?:\.{_BYTE}){{3}}", re.ASCII)
_PARTS = "[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4})*"
_IPV6 = regex(rf"(?=(?:[^:]*:){{2,7}}[^:]*\Z)(?:{_PARTS})?::(?:{_PARTS})?")
_EMAIL = regex(r"[^@\s]+@[^@\s]+")


def _reads(parse: Callable[[str], object], begins: Check) -> Check:
    """Return the check of texts that *begins* lets in and *parse* takes without a ValueError."""

    def reads(text: str) -> bool:
        if not begins(text):
            return False
        try:
            parse(text)
        except ValueError:
            return False
        return True

    return reads


_other_address = _reads(ip_address, bool)


def _ip_address(text: str) -> object:
    return _IPV4.fullmatch(text) or _IPV6.fullmatch(text) or _other_address(text)


TEXT = ValueType(called="a text")

VALUE_TYPES: dict[str, ValueType] = {
    "text": TEXT,
    "textarea": TEXT,
    "select": TEXT,
    "status": TEXT,
    "integer": ValueType(called="an integer", check=_INTEGER.fullmatch),
    "double": ValueType(called="a number", check=_DOUBLE.fullmatch),
    "boolean": ValueType(called="true or false", check=_BOOLEAN.fullmatch),
    "date": ValueType(
        called="a date like 2024-01-31", check=_reads(date.fromisoformat, _DATE.fullmatch)
    ),
    "date_time": ValueType(
        called="a date and time like 2024-01-31T09:30:00Z",
        check=_reads(datetime.fromisoformat, _DATE_OF_DATE_TIME.match),
    ),
    "time": ValueType(
        called="a time like 09:30:00", check=_reads(time.fromisoformat, _DIGIT.match)
    ),
    "url": ValueType(called="a URL with its scheme", check=_URL.fullmatch),
    "email": ValueType(called="an e-mail address", check=_EMAIL.fullmatch),
    "ipaddress": ValueType(called="an IP address", check=_ip_address),
}


def value_type(name: str, type_values: tuple[str, ...] | None) -> ValueType:
    """Return the check for attributes of type *name*: its type values, otherwise the table."""
    if type_values:
        return ValueType(
            called=f"one of {', '.join(type_values)}", check=set(type_values).__contains__
        )
    return VALUE_TYPES.get(name, TEXT)
