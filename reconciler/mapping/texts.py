"""Values of the data as texts: JSON scalars as JSON writes them."""

from collections.abc import Iterable
from math import isfinite
from typing import Any


def text_of(value: Any) -> str | None:
    """Return a JSON scalar as text; None for objects, NaN and infinities."""
    kind = type(value)
    if kind is str:
        text: str = value
        return text
    if kind is bool:
        return "true" if value else "false"
    if kind is int:
        try:
            return str(value)
        except ValueError:  # more digits than Python converts to text
            return None
    if kind is float:
        return repr(value) if isfinite(value) else None
    return None


def texts_of(values: Iterable[Any]) -> list[str]:
    """Return those of *values* that are scalars as texts."""
    return [
        text
        for value in values
        if (text := value if type(value) is str else text_of(value)) is not None
    ]
