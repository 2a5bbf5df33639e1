"""Examples out of data: short, few, and the same ones in whatever order the data come."""

from bisect import insort
from collections.abc import Iterable
from itertools import islice
from json import JSONEncoder
from typing import Any

from reconciler.mapping.preview import MOST_EXAMPLES

MOST_CHARACTERS = 60
_ENCODER = JSONEncoder(ensure_ascii=False, default=str)


def short_json(value: Any) -> str:
    """Return *value* as JSON, cut where it gets long; no more of it is written than is kept."""
    text = ""
    for piece in _ENCODER.iterencode(value):
        text += piece[: MOST_CHARACTERS + 1]
        if len(text) > MOST_CHARACTERS:
            break
    return shortened(text)


def shortened(text: str) -> str:
    """Return *text*, cut where it is longer than an example may be."""
    return text if len(text) <= MOST_CHARACTERS else f"{text[: MOST_CHARACTERS - 1]}…"


def shown_id(external_id: Iterable[str]) -> str:
    """Return an external id as people read it: its parts in their order."""
    return shortened(" / ".join(islice(external_id, MOST_CHARACTERS)))


class Smallest:
    """The first few of many texts, by text: their order of arrival makes no difference."""

    __slots__ = ("_texts",)

    def __init__(self) -> None:
        """Begin with none."""
        self._texts: list[str] = []

    def add(self, text: str) -> None:
        """Take *text* into account."""
        texts = self._texts
        if (len(texts) < MOST_EXAMPLES or text < texts[-1]) and text not in texts:
            insort(texts, text)
            del texts[MOST_EXAMPLES:]

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts, smallest first."""
        return tuple(self._texts)
