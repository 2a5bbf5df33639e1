"""Edits of objects and lists in flow style: all of JSON, and YAML between brackets."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.manifest.minimal_form import rank
from reconciler.manifest.text.layout import Layout, Splice
from reconciler.manifest.text.list_steps import list_steps
from reconciler.manifest.text.tree import PartStyle, Span
from reconciler.manifest.text.yaml_writer import flow, quoted_scalar, scalar
from reconciler.regex import regex

_COMMA = regex(r"\s*,\s*")
_TO_COMMA = regex(r"(?:[ \t\r\n]|#[^\n]*)*,")


class FlowEditor:
    """Builds the splices for the collections in flow style of one text."""

    def __init__(self, layout: Layout) -> None:
        """Edit the text of *layout*."""
        self._layout = layout
        self._text = layout.text

    def entries(
        self, part: Span, puts: Mapping[str, Any], drops: Sequence[str]
    ) -> Iterator[Splice]:
        """Yield the splices of the edits of keys in the object *part*."""
        assert isinstance(part.entries, Mapping)  # noqa: S101 - an object, says the caller
        left = {name: child for name, child in part.entries.items() if name not in drops}
        new = {name: puts[name] for name in sorted(puts, key=rank) if name not in part.entries}
        for name, value in puts.items():
            if name in part.entries:
                yield from self._replaced(part.entries[name], value)
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
        yield from self._without(part.children, [name in drops for name in part.entries])

    def items(self, part: Span, adds: Sequence[Any], drops: Sequence[int]) -> Iterator[Splice]:
        """Yield the splices of the edits of items in the list *part*."""
        items = part.children
        left = [child for i, child in enumerate(items) if i not in drops]
        if not left:
            yield self._whole(part, list(adds))
            return
        between = self._between(part)
        added = "".join(between + self._written(value, _base(between)) for value in adds)
        yield Splice(left[-1].end, left[-1].end, added)
        yield from self._without(items, [i in drops for i in range(len(items))])

    def merged(self, old: Span, value: Sequence[Any]) -> Iterator[Splice]:
        """Yield the edits of the items of the list of scalars *old* that make it *value*."""
        if "#" not in self._text[old.start : old.end]:
            yield Splice(old.start, old.end, self._value_for(old, value))
            return
        steps = list_steps(old.value, value)
        items, between = old.children, self._between(old)
        for i, new in steps.puts.items():
            yield Splice(items[i].start, items[i].end, self._value_for(items[i], new))
        for i, adds in steps.adds.items():
            written = [self._written(new, None) for new in adds]
            if i >= 0:
                at, text = items[i].end, "".join(between + each for each in written)
            else:
                at, text = items[0].begin, "".join(each + between for each in written)
            yield Splice(at, at, text)
        yield from self._without(items, [i in steps.drops for i in range(len(items))])

    def _replaced(self, old: Span, value: Any) -> Iterator[Splice]:
        if is_flat(old, value):
            yield from self.merged(old, value)
        elif old.start == old.end and old.name is not None:
            at = self._layout.behind_colon(old)
            colon = ": " if at is None else " "
            at = old.key_end if at is None else at
            yield Splice(at, at, f"{colon}{self._value_for(old, value)}")
        else:
            yield Splice(old.start, old.end, self._value_for(old, value))

    def _without(self, children: Sequence[Span], removed: Sequence[bool]) -> Iterator[Splice]:
        """Yield the splices that remove entries, each with one of the commas beside it.

        Comments beside an entry that stays, and on the lines right above it, stay.
        """
        last = max(i for i, goes in enumerate(removed) if not goes)
        for i in range(last):
            if removed[i]:
                end = children[i + 1].begin
                gap = self._text[children[i].end : end]
                _, newline, above = gap.partition("\n")
                stays = len(above.lstrip()) if newline and "#" in above else 0
                yield Splice(children[i].begin, end - stays, "")
        if last < len(children) - 1:
            start, end = children[last].end, children[last + 1].begin
            comma = _TO_COMMA.match(self._text, start)
            if comma is not None and "#" in self._text[start:end]:
                yield Splice(comma.end() - 1, comma.end(), "")
                start = end
            yield Splice(start, children[-1].end, "")

    def _whole(self, part: Span, value: Any) -> Splice:
        return Splice(part.start, part.end, self._value_for(part, value))

    def _value_for(self, old: Span, value: Any) -> str:
        if not self._layout.is_json:
            is_quoted = old.style in {PartStyle.SINGLE, PartStyle.DOUBLE}
            return in_style(value, old.style) if is_quoted else self._written(value, None)
        is_short = old.entries and self._layout.is_one_line(old)
        return self._written(value, None if is_short else self._layout.indentation(old.begin))

    def _written(self, value: Any, base: str | None) -> str:
        return self._layout.json(value, base) if self._layout.is_json else flow([value])[1:-1]

    def _between(self, part: Span) -> str:
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


def predecessor(name: str, present: Mapping[str, Span]) -> str:
    """Return the key of *present* after which the new key *name* is inserted."""
    known = [other for other in present if rank(other) <= rank(name)]
    return max(reversed(known), key=rank) if known else [*present][-1]


def in_style(value: Any, style: PartStyle) -> str:
    """Return the scalar *value* on one line, quoted like the scalar that it replaces."""
    if not isinstance(value, str) or style not in {PartStyle.SINGLE, PartStyle.DOUBLE}:
        return scalar(value)
    return quoted_scalar(value, style.value)


def is_flat(old: Span, value: Any) -> bool:
    """Return whether *old* and *value* are lists that hold scalars, and nothing else."""
    if old.is_object or not old.entries or not value or not isinstance(value, list):
        return False
    return not any(isinstance(item, dict | list) for item in (*old.value, *value))
