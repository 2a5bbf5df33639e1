"""A sample of data as tables: the elements at each selector, their fields as columns.

One pass over a bounded beginning of the data. What no mapping could read is left out, and noted.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from reconciler.mapping.path_syntax import path_fault
from reconciler.mapping.paths import flat
from reconciler.mapping.texts import texts_of
from reconciler.model.display import unquoted

MOST_ELEMENTS = 10_000  # of one table
_MOST_VALUES = 500_000  # of all
_MOST_TABLES = 100
_MOST_COLUMNS = 200  # of one table; recommended are 35 (api.md#recommended-limits)
_MOST_NOTES = 20
_DEEPEST = 5  # objects within objects that become columns
_FEWEST_KEYED, _MOST_ALIKE = 8, 2


@dataclass(kw_only=True, slots=True)
class Column:
    """The values at one path of the elements, as texts by row; `objects` counts what is none.

    `is_list` if they are written as a list, `is_many` if a row has several.
    """

    path: str
    rows: dict[int, list[str]] = field(default_factory=dict)
    has_texts: bool = False
    is_list: bool = False
    is_many: bool = False
    objects: int = 0

    @property
    def texts(self) -> Iterator[str]:
        """All values."""
        return (text for texts in self.rows.values() for text in texts)

    def add(self, row: int, values: list[Any]) -> None:
        """Add the *values* of a row, which may have some already."""
        self.objects += sum(type(value) is dict for value in values)
        if texts := texts_of(values):
            known = self.rows.setdefault(row, [])
            known += texts
            self.is_many = self.is_many or len(known) > 1
            self.has_texts = self.has_texts or any(type(value) is str for value in values)


@dataclass(kw_only=True, slots=True)
class ElementTable:
    """The elements at `selector`, each once: `rows` of them, out of `elements`.

    `path` leads there from the elements of the table `above`. `is_alone` if there is no list.
    """

    selector: str
    path: str
    above: "ElementTable | None" = None
    is_alone: bool = False
    elements: int = 0
    rows: int = 0
    columns: dict[str, Column] = field(default_factory=dict)
    below: dict[str, "ElementTable"] = field(default_factory=dict)
    _seen: set[int] = field(default_factory=set)

    def takes_several(self, column: Column) -> bool:
        """Return whether elements may have several values of *column*.

        A directory writes every value as a list, so there a list of one tells nothing.
        """
        lists = sum(each.is_list for each in self.columns.values())
        return column.is_many or (column.is_list and 2 * lists <= len(self.columns))

    def is_new(self, element: Mapping[str, Any]) -> bool:
        """Count *element*, and return whether it is another than those before."""
        self.elements += 1
        known = len(self._seen)
        self._seen.add(hash(repr(element)))
        return len(self._seen) > known


@dataclass(kw_only=True, slots=True)
class DataSample:
    """The tables by selector, what was left out, and whether the data have no more entries."""

    tables: dict[str, ElementTable] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)
    entries: int = 0
    is_whole: bool = True

    def note(self, path: str, why: str) -> None:
        """Note that what is at *path* is left out."""
        if len(self.notes) < _MOST_NOTES:
            self.notes[f"{shown_path(path)} {why}"] = None


def shown_path(path: str) -> str:
    """Return *path* for people, on one line and not too long."""
    text = unquoted(path)
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"


_MOST_SHOWN = 120


def sample_of(entries: Iterable[tuple[str, Any, bool]]) -> DataSample:
    """Return a sample of *entries*: the root of each, its value, and whether it is in no list."""
    taker = _Taker()
    for root, value, is_alone in entries:
        if taker.is_full:
            taker.sample.is_whole = False
            break
        taker.sample.entries += 1
        taker.take(root, value, is_alone=is_alone)
    return taker.sample


class _Taker:
    """Takes entry after entry into the tables of `sample`."""

    def __init__(self) -> None:
        self.sample = DataSample()
        self._left = _MOST_VALUES

    @property
    def is_full(self) -> bool:
        tables = self.sample.tables.values()
        return self._left <= 0 or any(table.elements >= MOST_ELEMENTS for table in tables)

    def take(self, root: str, value: Any, *, is_alone: bool) -> None:
        if is_alone and isinstance(value, dict) and _is_keyed(value, fewest=_MOST_ALIKE):
            self.sample.note(root, _KEYED)
            return
        if (why := _unreadable(root)) is not None:
            self.sample.note(root, why)
            return
        for element in flat(value):
            if type(element) is dict:
                self._element(root, element, "", None, is_alone=is_alone)

    def _element(
        self,
        selector: str,
        element: dict[str, Any],
        path: str,
        above: ElementTable | None,
        *,
        is_alone: bool = False,
    ) -> None:
        tables = self.sample.tables
        if (table := tables.get(selector)) is None:
            if len(tables) == _MOST_TABLES:
                self.sample.note(selector, f"is beyond the first {_MOST_TABLES} lists")
                return
            table = ElementTable(selector=selector, path=path, above=above, is_alone=is_alone)
            tables[selector] = table
            if above is not None:
                above.below[path] = table
        if table.elements < MOST_ELEMENTS and table.is_new(element):
            self._members(table, table.rows, element, "", 0)
            table.rows += 1

    def _members(
        self, table: ElementTable, row: int, element: dict[str, Any], before: str, depth: int
    ) -> None:
        for key, value in element.items():
            if not key or value is None or value == "":
                continue
            path = f"{before}{key}"
            at = f"{table.selector}.{path}"
            if (why := _unreadable(path)) is not None:
                self.sample.note(at, why)
            elif type(value) is not dict:
                self._values(table, row, path, value)
            elif _is_keyed(value, fewest=_FEWEST_KEYED):
                self.sample.note(at, _KEYED)
            elif depth == _DEEPEST:
                self.sample.note(at, f"is more than {_DEEPEST} objects deep")
            else:
                if path in table.columns:
                    table.columns[path].add(row, [value])
                self._members(table, row, value, f"{path}.", depth + 1)

    def _values(self, table: ElementTable, row: int, path: str, value: Any) -> None:
        values = flat(value)
        objects = [value for value in values if type(value) is dict]
        for each in objects:
            self._element(f"{table.selector}.{path}", each, path, table)
        if len(objects) == len(values):
            return
        column = table.columns.get(path)
        if column is None:
            if len(table.columns) == _MOST_COLUMNS:
                text = f"has more than {_MOST_COLUMNS} fields, and the others are left out"
                self.sample.note(table.selector, text)
                return
            column = table.columns[path] = Column(path=path)
        self._left -= len(values)
        column.is_list = column.is_list or type(value) is list
        column.add(row, values)


_KEYED = (
    "is an object whose keys are data, which no mapping can read: write it as a list, and its "
    "keys as a field"
)


def _is_keyed(value: Mapping[str, Any], *, fewest: int) -> bool:
    """Return whether *value* is a table of at least *fewest* like objects by a key."""
    if len(value) < fewest or not all(type(each) is dict for each in value.values()):
        return False
    first, *others = (each.keys() for each in value.values())
    return bool(first) and all(2 * len(first & other) > len(first) for other in others)


@lru_cache(maxsize=4096)
def _unreadable(path: str) -> str | None:
    fault = path_fault(path)
    if fault is not None:
        return f"{fault.text}, so no mapping reads it"
    if any(sign in path for sign in "{}$") or not path.isprintable():
        return "has signs that a mapping reads as something else"
    return None
