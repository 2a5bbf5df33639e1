"""YAML as different people write it: styles, quotes, indentation, comments, blank lines mixed."""

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

IDS = ("externalId", "objectTypeExternalId", "attributeExternalId")


def about(item: Any) -> str | None:
    """The comment that stands above an element which has an external id, and names it."""
    found = next((f"{key} {item[key]}" for key in IDS if key in item), None)
    return None if found is None else f"# about {found}"


class Hand:
    """One person's way to write, with whims."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.step, self.offset = draw(st.sampled_from(((2, 2), (2, 0), (4, 4), (4, 2), (3, 1))))
        self.whims = draw(st.booleans())

    def one_in(self, count: int) -> bool:
        return self.whims and self.draw(st.integers(1, count)) == count

    def lines(self, value: Any) -> Iterator[str]:
        """Yield the lines of an object or list in block style."""
        if isinstance(value, dict):
            for key, below in value.items():
                yield from self.entry(key, below)
            return
        for item in value:
            if self.one_in(12):
                yield ""
            if isinstance(item, dict) and (comment := about(item)):
                yield comment
            if not isinstance(item, dict) and self.one_in(6):
                yield f"# comment: {self.text('an item')}"
            if not isinstance(item, dict) or self.one_in(8):
                yield f"- {self.flow(item)}{self.behind()}"
                continue
            first, *rest = self.lines(item)
            if first.startswith("#"):  # no comment between the dash and the first key
                first, *rest = rest
            yield f"- {first}"
            yield from (f"  {line}" if line else "" for line in rest)

    def entry(self, key: str, value: Any) -> Iterator[str]:
        if self.one_in(12):
            yield f"# comment: - {key} {{b}}"
        lead = f"{key}:"
        if key not in IDS and self.one_in(6):
            lead = self.draw(st.sampled_from((f"{key} :", f'"{key}":', f"'{key}'  :", "? ")))
        if lead == "? ":
            yield f"? {key}{self.behind()}"
            lead = ":"
        if not isinstance(value, dict | list) or not value or self.one_in(12):
            yield f"{lead} {self.flow(value)}{self.behind()}"
            return
        yield f"{lead}{self.behind()}"
        indent = " " * (self.step if isinstance(value, dict) else self.offset)
        yield from (f"{indent}{line}" if line else "" for line in self.lines(value))

    def flow(self, value: Any) -> str:
        """Return *value* on one line."""
        space = self.draw(st.sampled_from(("", " "))) if self.whims else ""
        if isinstance(value, dict):
            inner = ", ".join(f"{key}: {self.flow(below)}" for key, below in value.items())
            return f"{{{space}{inner}{space}}}"
        if isinstance(value, list):
            return f"[{space}{', '.join(map(self.flow, value))}{space}]"
        if isinstance(value, str):
            return self.text(value)
        return json.dumps(value)

    def text(self, value: str) -> str:
        if value.replace(" ", "").isalpha() and not self.one_in(6):
            return value
        if self.one_in(3):
            return "'" + value.replace("'", "''") + "'"
        return json.dumps(value, ensure_ascii=self.one_in(2))

    def behind(self) -> str:
        return "   # behind" if self.one_in(12) else ""


@st.composite
def yaml_texts(draw: st.DrawFn, value: dict[str, Any]) -> str:
    """The object *value* as YAML."""
    newline = draw(st.sampled_from(("\n", "\r\n")))
    head = draw(
        st.sampled_from(((),) * 4 + (("---",), ("%YAML 1.2", "# comment: c", "--- # behind")))
    )
    tail = draw(
        st.sampled_from(((),) * 4 + (("---",), ("...", "# comment: end"), ("# comment: e",)))
    )
    text = newline.join((*head, *Hand(draw).lines(value), *tail))
    return text + draw(st.sampled_from((newline, "", newline * 2)))
