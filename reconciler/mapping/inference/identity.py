"""Which columns identify an element, and which one names it.

A candidate has one value in each element, and no two elements share it, whatever its case. Among
candidates the name decides: a name or a price may be unique today.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import combinations

from reconciler.mapping.inference.columns import TEXT, TEXTAREA, URL
from reconciler.mapping.inference.names import steps_of, words_of
from reconciler.mapping.inference.sample import Column, ElementTable, shown_path
from reconciler.model.display import count
from reconciler.value import Value

Paths = tuple[str, ...]

# What identifiers are called, the surest first.
_RANKS = (
    ("id", "uid", "uuid", "guid", "duid", "key", "dn", "distinguishedname", "identifier"),
    ("serial", "serialnumber", "sn", "tag", "number", "no", "nr", "code", "asset"),
    ("fqdn", "hostname", "email", "mail", "upn", "login", "username", "path", "arn", "url"),
    ("name",),
)
_OTHERS = len(_RANKS) + 1
# What is called an identifier ranks before the one, what is called nothing like it after the other.
_IDENTIFIER, _UNNAMED = (False, 2, 0), (False, 2 * _OTHERS - 1, 0)
_MEASURES = frozenset({"double", "date", "date_time", "boolean", TEXTAREA})
_NAMES = tuple(
    tuple(each.split())
    for each in (
        "name", "display name", "displayname", "full name", "title", "label", "cn", "common name",
        "hostname", "host name", "host", "summary", "subject",
    )
)  # fmt: skip
_FULL_NAMES = tuple(
    (tuple(first.split()), tuple(last.split()))
    for first, last in (
        ("given name", "surname"), ("first name", "last name"), ("given name", "family name"),
        ("firstname", "lastname"), ("given name", "sn"), ("first name", "surname"),
    )
)  # fmt: skip
_PARTS_OF_NAMES = frozenset({"first", "given", "middle", "last", "family"})
_MOST_TRIED, _MOST_PARTS = 12, 3
_MOST_OTHERS = 3
_MOST_OF_ALL = 20


class IdentityChoice(Value):
    """The paths whose values together identify an element, and why these.

    `is_certain` if they are unique among the elements that were looked at.
    """

    paths: Paths
    reason: str
    is_certain: bool = True


def identity_of(
    table: ElementTable, called: str, types: Mapping[str, str], rejected: Collection[Paths]
) -> IdentityChoice:
    """Return what identifies the elements of *table*, one of which is *called* so.

    *types* are those of its columns; what is *rejected* is none.
    """
    ranks = {path: _rank(column, called, types) for path, column in table.columns.items()}
    always = sorted(
        (path for path, column in table.columns.items() if _is_filled(column, table)),
        key=ranks.__getitem__,
    )
    unique = [p for p in always if (p,) not in rejected and _is_unique(table, (p,))]
    if unique:
        first, *others = unique
        keys = [p for p in always if ranks[p] < _IDENTIFIER and p not in unique]
        if keys and ranks[first] > _UNNAMED and (keys[0], first) not in rejected:
            # As the key and the value of a tag: that no value is there twice is chance.
            named = " and ".join(map(shown_path, (keys[0], first)))
            reason = f"{named}: only the second is unique, and not called as an identifier"
            return IdentityChoice(paths=(keys[0], first), reason=reason)
        reason = f"{shown_path(first)}: unique and never empty in {_elements(table)}"
        if others:
            named = ", ".join(map(shown_path, others[:_MOST_OTHERS]))
            more = f" and {len(others) - _MOST_OTHERS} more" if others[_MOST_OTHERS:] else ""
            reason += f"; so would be {named}{more}"
        return IdentityChoice(paths=(first,), reason=reason)
    tried = [path for path in always if types[path] not in _MEASURES][:_MOST_TRIED]
    for parts in range(2, _MOST_PARTS + 1):
        for paths in combinations(tried, parts):
            if paths not in rejected and _is_unique(table, paths):
                named = " and ".join(map(shown_path, paths))
                reason = f"{named}: unique together in {_elements(table)}; none is by itself"
                return IdentityChoice(paths=paths, reason=reason)
    scalars = _scalars(table)
    scalars.sort(key=lambda path: (path not in always, ranks[path]))
    return IdentityChoice(
        paths=tuple(scalars[:_MOST_OF_ALL]),
        reason="no field identifies an element: all of them together, so an element that changes "
        "becomes another object",
        is_certain=False,
    )


def label_of(
    table: ElementTable,
    identity: IdentityChoice,
    types: Mapping[str, str],
    rejected: Collection[Paths],
) -> Paths:
    """Return the path whose value names an element, or several whose values do so together."""
    always = [p for p, c in table.columns.items() if _is_filled(c, table) and (p,) not in rejected]
    for full in _FULL_NAMES:
        known = {words_of(path): path for path in always}
        if all(part in known for part in full):
            return tuple(known[part] for part in full)
    by_name = sorted((_name_rank(path, types), path) for path in always)
    named = [path for rank, path in by_name if rank < _NO_NAME]
    for path in (*named, *identity.paths, *always):
        if path in always:
            return (path,)
    return tuple(_scalars(table)[:_MOST_OF_ALL])


def _scalars(table: ElementTable) -> list[str]:
    """Return the columns with one value for an element, all if there is none."""
    scalars = [path for path, column in table.columns.items() if not table.takes_several(column)]
    return scalars or [*table.columns]


def _elements(table: ElementTable) -> str:
    return count(table.rows, "element")


def _is_filled(column: Column, table: ElementTable) -> bool:
    is_always = len(column.rows) == table.rows and not column.objects
    return is_always and not table.takes_several(column)


def _is_unique(table: ElementTable, paths: Paths) -> bool:
    keys: Iterator[Sequence[str]] = zip(
        *(_texts(table.columns[path]) for path in paths), strict=True
    )
    seen: set[tuple[str, ...]] = set()
    for number, key in enumerate(keys, start=1):
        seen.add(tuple(text.casefold() for text in key))
        if len(seen) < number:
            return False
    return True


def _texts(column: Column) -> Iterator[str]:
    """Yield the values of a column that has one in each row, in the order of the rows."""
    return (column.rows[row][0] for row in range(len(column.rows)))


def _rank(column: Column, called: str, types: Mapping[str, str]) -> tuple[bool, int, int]:
    """Return how likely the values of *column* are identifiers, the likeliest first."""
    steps = steps_of(column.path)
    words = words_of(steps[-1])
    own = set(words_of(called))
    plain = tuple(word for word in words if word not in own) or words
    is_exact = len(plain) == 1 or "".join(plain) in _RANKS[0]
    rank = next(
        (
            n
            for n, names in enumerate(_RANKS)
            if words and (words[-1] in names or plain[0] in names)
        ),
        _OTHERS,
    )
    depth = len(steps) - 1
    return types[column.path] in _MEASURES, 2 * rank + (not is_exact) + 4 * depth, depth


def is_full_name(paths: Paths) -> bool:
    """Return whether *paths* are the two parts of a person's name."""
    return tuple(map(words_of, paths)) in _FULL_NAMES


def _name_rank(path: str, types: Mapping[str, str]) -> int:
    """Return how well what is at *path* names an element; `_NO_NAME` if it does not."""
    (*above, last) = steps_of(path)
    words = words_of(last)
    if above or types[path] not in {TEXT, "email", URL}:
        return _NO_NAME
    if words in _NAMES:
        return _NAMES.index(words)
    return _NO_NAME - (words[-1:] == ("name",) and words[0] not in _PARTS_OF_NAMES)


_NO_NAME = len(_NAMES) + 1
