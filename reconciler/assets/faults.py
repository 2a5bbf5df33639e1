"""The codes in a 400 body, wherever they stand: the shape is not documented (api.md#body-of-a-400).

One shape was recorded, `{"dataValidationErrors": [{"code": …}]}`; nothing says that the
others look alike, so any `code` or `errorCode` counts, and without one any word that
is written as the API writes its codes.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.errors import ApiFault

_CODE_KEYS = ("code", "errorCode")
_TEXT_KEYS = ("message", "errorMessage", "detail", "description", "title")
_CODE = re.compile(r"\b[A-Z]+(?:_[A-Z]+)+\b")
# A hostile or broken answer may hold any number; nobody reads more.
_MOST = 100


def faults_in(body: str) -> tuple[ApiFault, ...]:
    """Return the faults that *body* names, each once, in its order; none if it names none."""
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError):
        raw = body
    named = [fault for entry in _mappings(raw) if (fault := _named(entry))]
    found = named or [ApiFault(code=code) for code in _CODE.findall(body)]
    return tuple(dict.fromkeys(found))[:_MOST]


def _named(entry: Mapping[str, Any]) -> ApiFault | None:
    for key in _CODE_KEYS:
        code = entry.get(key)
        # `{"code": 401}` repeats the status.
        if isinstance(code, str) and code and not code.isdigit():
            return ApiFault(code=code, text=_text(entry, besides=key))
    return None


def _text(entry: Mapping[str, Any], *, besides: str) -> str | None:
    for key in _TEXT_KEYS:
        if isinstance(text := entry.get(key), str) and text:
            return text
    rest = [f"{k}: {v}" for k, v in entry.items() if k != besides and isinstance(v, str | int)]
    return ", ".join(rest) or None


def _mappings(raw: Any) -> Iterator[Mapping[str, Any]]:
    """Yield every object in *raw*, outer before inner, in reading order."""
    stack = [raw]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            yield value
            stack.extend(reversed(value.values()))
        elif isinstance(value, list):
            stack.extend(reversed(value))
