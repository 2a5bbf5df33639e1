"""Examples taken from data: short, few, and independent of the order of the data."""

from bisect import insort
from collections.abc import Iterable
from itertools import islice
from json import JSONEncoder
from typing import Any

from reconciler.mapping.preview import MOST_EXAMPLES

MOST_CHARACTERS = 60
_ENCODER = JSONEncoder(ensure_ascii=False, default=str)


def short_json(value: Any) -> str:
    """Return *value* as JSON, truncated; serialisation stops once the limit is reached."""
    text = ""
    for piece in _ENCODER.iterencode(value):
        text += piece[: MOST_CHARACTERS + 1]
        if len(text) > MOST_CHARACTERS:
            break
    return shorten_example(text)


def shorten_example(text: str) -> str:
    """Return *text*, truncated to the length of an example."""
    return text if len(text) <= MOST_CHARACTERS else f"{text[: MOST_CHARACTERS - 1]}…"


def shown_id(external_id: Iterable[str]) -> str:
    """Return an external id in readable form: its parts in order."""
    return shorten_example(" / ".join(islice(external_id, MOST_CHARACTERS)))


class Smallest:
    """The first few of many texts in sort order; the order of arrival does not matter."""

    __slots__ = ("_texts",)

    def __init__(self) -> None:
        """Start empty."""
        self._texts: list[str] = []

    def add(self, text: str) -> None:
        """Add *text*."""
        texts = self._texts
        if (len(texts) < MOST_EXAMPLES or text < texts[-1]) and text not in texts:
            insort(texts, text)
            del texts[MOST_EXAMPLES:]

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts, smallest first."""
        return tuple(self._texts)
