"""Edits of objects and lists in flow style: all of JSON, and YAML between brackets."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.manifest.minimal_form import rank
from reconciler.manifest.text.block_editor import in_style, predecessor
from reconciler.manifest.text.layout import Layout, Splice
from reconciler.manifest.text.tree import Node, PartStyle
from reconciler.manifest.text.yaml_writer import flow

_COMMA = re.compile(r"\s*,\s*")


class FlowEditor:
    """Builds the splices for the collections in flow style of one text."""

    def __init__(self, layout: Layout) -> None:
        """Edit the text of *layout*."""
        self._layout = layout
        self._text = layout.text

    def entries(
        self, part: Node, puts: Mapping[str, Any], drops: Sequence[str]
    ) -> Iterator[Splice]:
        """Yield the splices of the edits of keys in the object *part*."""
        assert isinstance(part.entries, Mapping)  # noqa: S101 - an object, says the caller
        left = {name: child for name, child in part.entries.items() if name not in drops}
        new = {name: puts[name] for name in sorted(puts, key=rank) if name not in part.entries}
        for name, value in puts.items():
            if name in part.entries:
                old = part.entries[name]
                yield Splice(old.start, old.end, self._value_for(old, value))
        if not left:
            yield self._whole(part, new)
            return
        between = self._between(part)
        behind: dict[str, list[str]] = {}
        for name, value in new.items():
            key = self._written(name, None)
            written = f"{key}{self._layout.colon}{self._written(value, _base(between))}"
            behind.setdefault(predecessor(name, left), []).append(between + written)
        for before, entries in behind.items():
            yield Splice(left[before].end, left[before].end, "".join(entries))
        yield from _without(part.children, [name in drops for name in part.entries])

    def items(self, part: Node, adds: Sequence[Any], drops: Sequence[int]) -> Iterator[Splice]:
        """Yield the splices of the edits of items in the list *part*."""
        items = part.children
        left = [child for i, child in enumerate(items) if i not in drops]
        if not left:
            yield self._whole(part, list(adds))
            return
        between = self._between(part)
        added = "".join(between + self._written(value, _base(between)) for value in adds)
        yield Splice(left[-1].end, left[-1].end, added)
        yield from _without(items, [i in drops for i in range(len(items))])

    def _whole(self, part: Node, value: Any) -> Splice:
        return Splice(part.start, part.end, self._value_for(part, value))

    def _value_for(self, old: Node, value: Any) -> str:
        if not self._layout.is_json:
            is_quoted = old.style in {PartStyle.SINGLE, PartStyle.DOUBLE}
            return in_style(value, old.style) if is_quoted else self._written(value, None)
        is_short = old.entries and self._layout.is_one_line(old)
        return self._written(value, None if is_short else self._layout.indentation(old.begin))

    def _written(self, value: Any, base: str | None) -> str:
        return self._layout.json(value, base) if self._layout.is_json else flow([value])[1:-1]

    def _between(self, part: Node) -> str:
        """Return the comma and the white space between two entries of *part*."""
        first, *others = part.children
        if others and _COMMA.fullmatch(between := self._text[first.end : others[0].begin]):
            return between
        if "\n" in self._text[part.start : first.begin]:
            return f",{self._layout.newline}{self._layout.indentation(first.begin)}"
        return self._layout.comma


def _base(between: str) -> str | None:
    """Return the indentation of an entry after *between*, None on the same line."""
    return between.rpartition("\n")[2] if "\n" in between else None


def _without(children: Sequence[Node], removed: Sequence[bool]) -> Iterator[Splice]:
    """Yield the splices that remove entries, each with one of the commas beside it."""
    last = max(i for i, goes in enumerate(removed) if not goes)
    for i in range(last):
        if removed[i]:
            yield Splice(children[i].begin, children[i + 1].begin, "")
    if last < len(children) - 1:
        yield Splice(children[last].end, children[-1].end, "")
