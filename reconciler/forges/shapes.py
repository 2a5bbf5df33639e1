"""The shape of answers, checked where they come in."""

from collections.abc import Mapping
from typing import Any

from reconciler.errors import UnreadableAnswer
from reconciler.forges.wire import Page


def listed(page: Page, raw: Any) -> list[Mapping[str, Any]]:
    """Return *raw*, a part of *page*, as a list of objects. Raises UnreadableAnswer otherwise."""
    if not isinstance(raw, list) or not all(isinstance(entry, dict) for entry in raw):
        raise _unreadable(page, "a list of objects")
    return raw


def mapped(page: Page, raw: Any) -> Mapping[str, Any]:
    """Return *raw*, a part of *page*, as an object. Raises UnreadableAnswer otherwise."""
    if not isinstance(raw, dict):
        raise _unreadable(page, "an object")
    return raw


def text_of(page: Page, raw: Mapping[str, Any], name: str) -> str:
    """Return the text *name* of *raw*. Raises UnreadableAnswer where there is none."""
    value = raw.get(name)
    if not isinstance(value, str) or not value:
        raise _unreadable(page, f"an object with {name}")
    return value


def _unreadable(page: Page, wanted: str) -> UnreadableAnswer:
    return UnreadableAnswer(
        f"the answer to {page.call} is not {wanted}, as documented",
        request=page.call.name,
        sent=page.call.writes,
    )
