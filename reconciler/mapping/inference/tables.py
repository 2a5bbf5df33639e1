"""Which tables of a sample are object types, and what of their columns is data."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from reconciler.mapping.inference.columns import is_secret
from reconciler.mapping.inference.names import words_of
from reconciler.mapping.inference.sample import Column, DataSample, ElementTable

_IDENTIFIERS = frozenset(["id", "uid", "uuid", "guid", "key", "code", "dn", "email", "serial"])
_FEWEST_SHARED = 2
_MOST_KEYS = 40
_SPARSE = 0.5


class Link(NamedTuple):
    """A nested object at `path` of `source` that elements share: a table itself."""

    source: ElementTable
    path: str
    target: ElementTable


def typed_tables(sample: DataSample) -> tuple[list[ElementTable], list[Link]]:
    """Return the tables that are object types, and the links to those that were nested objects.

    What is no data is taken out of *sample*, and noted.
    """
    tables = [*sample.tables.values()]
    has_lists = any(not table.is_alone for table in tables)
    found: list[ElementTable] = []
    links: list[Link] = []
    for table in tables:
        if table.is_alone and has_lists:  # what stands beside or around the lists
            if table.columns:
                sample.note(table.selector, "is an object around or beside lists: its own fields")
            continue
        _leave_out(table, sample)
        split = [*_split(table)]
        if table.columns or split:
            found += (table, *(link.target for link in split))
            links += split
    return found, links


def _leave_out(table: ElementTable, sample: DataSample) -> None:
    for path, column in [*table.columns.items()]:
        if is_secret(path):
            sample.note(f"{table.selector}.{path}", "is called as a secret is")
            del table.columns[path]
        elif not column.rows:
            del table.columns[path]
    by_prefix: dict[str, list[str]] = defaultdict(list)
    for path in table.columns:
        if "." in path:
            by_prefix[path.rpartition(".")[0]].append(path)
    for prefix, paths in by_prefix.items():
        filled = sum(len(table.columns[path].rows) for path in paths)
        if len(paths) > _MOST_KEYS and filled < _SPARSE * len(paths) * table.rows:
            text = "is an object with many keys, which differ from element to element"
            sample.note(f"{table.selector}.{prefix}", text)
            for path in paths:
                del table.columns[path]


def _split(table: ElementTable) -> Iterator[Link]:
    """Yield the nested objects of *table* that several elements share, taken out of it."""
    prefixes = dict.fromkeys(path.partition(".")[0] for path in table.columns if "." in path)
    for prefix in prefixes:
        columns = {
            path[len(prefix) + 1 :]: column
            for path, column in table.columns.items()
            if path.startswith(f"{prefix}.")
        }
        if (key := _key_of(columns)) is not None:
            target = _table_of(table, prefix, columns, key)
            for path in columns:
                del table.columns[f"{prefix}.{path}"]
            yield Link(table, prefix, target)


def _key_of(columns: Mapping[str, Column]) -> str | None:
    """Return the column that identifies what *columns* say, where several elements say the same."""
    if len(columns) == 1 or any(column.is_many or column.objects for column in columns.values()):
        return None
    rows = {row for column in columns.values() for row in column.rows}
    for path, column in columns.items():
        if (
            words_of(path)[-1:]
            and words_of(path)[-1] in _IDENTIFIERS
            and len(column.rows) == len(rows)
        ):
            seen: dict[str, set[tuple[str, ...]]] = defaultdict(set)
            for row in rows:
                seen[column.rows[row][0].casefold()].add(_said(columns, row))
            is_one = all(len(each) == 1 for each in seen.values())
            if is_one and _FEWEST_SHARED <= len(seen) <= len(rows) / _FEWEST_SHARED:
                return path
    return None


def _said(columns: Mapping[str, Column], row: int) -> tuple[str, ...]:
    return tuple(column.rows.get(row, [""])[0] for column in columns.values())


def _table_of(
    source: ElementTable, prefix: str, columns: Mapping[str, Column], key: str
) -> ElementTable:
    """Return the table of the nested objects, each once."""
    numbers: dict[str, int] = {}
    rows = {row: text for row, (text,) in columns[key].rows.items()}
    for text in rows.values():
        numbers.setdefault(text, len(numbers))
    made = {
        path: Column(
            path=path,
            rows={numbers[rows[row]]: texts for row, texts in column.rows.items()},
            has_texts=column.has_texts,
            is_list=column.is_list,
        )
        for path, column in columns.items()
    }
    return ElementTable(
        selector=f"{source.selector}.{prefix}",
        path=prefix,
        elements=len(rows),
        rows=len(numbers),
        columns=made,
    )
