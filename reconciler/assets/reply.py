"""An answer as it came: status, headers, and a body of bounded size, which is UTF-8."""

import json
import math
from codecs import BOM_UTF8
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NoReturn

import httpx

from reconciler.manifest.text.value import DEEPEST, is_too_deep
from reconciler.regex import regex

_SURROGATE = regex(r"\\u[dD][89a-fA-F]")


class NotJson(ValueError):
    """The body is not JSON that can be worked with; the text completes "the answer …"."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """The answer to one request. It may echo secrets: its repr shows the status only."""

    status: int
    headers: httpx.Headers = field(repr=False)
    body: bytes = field(repr=False, default=b"")
    location: str | None = field(repr=False, default=None)

    @property
    def is_success(self) -> bool:
        """Whether it is a 2xx."""
        return 200 <= self.status < 300  # noqa: PLR2004 - the class of HTTP's successes

    @property
    def text(self) -> str:
        """The body as UTF-8 whatever the headers say; bytes that are none are replaced."""
        return self.body.removeprefix(BOM_UTF8).decode("utf-8", "replace")

    @property
    def is_utf8(self) -> bool:
        """Whether no byte had to be replaced."""
        try:
            self.body.decode()
        except UnicodeDecodeError:
            return False
        return True

    @cached_property
    def json(self) -> Any:
        """The JSON of the body, for whoever reads it. Raises NotJson."""
        return parse_json(self.text)


def parse_json(text: str) -> Any:
    """Return the JSON in *text*. Raises NotJson, also for what could not be sent back."""
    try:
        value = json.loads(text, parse_constant=_no_number, parse_float=_finite)
        if _SURROGATE.search(text):
            # A lone surrogate is not text.
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError, MemoryError) as error:
        looks = "HTML" if text.lstrip()[:1] == "<" else "not readable as JSON"
        raise NotJson(f"is {looks}, where JSON was expected") from error
    if is_too_deep(value):
        raise NotJson(f"is nested more than {DEEPEST} deep")
    return value


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number of JSON")
