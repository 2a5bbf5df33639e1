"""Dotted paths in data: what selectors and locators match. Compiled once.

Lists are traversed element by element, nested ones too, and an object counts as a list of
one. `null`, empty texts and missing members have no value. If a member's own name contains
dots, the longest matching name wins.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

Reader = Callable[[dict[str, Any]], Sequence[Any]]  # element → its values, none of them empty
Walker = Callable[[Any], Iterable[tuple[str, Any]]]  # root entry → (place, value)

_NOTHING: tuple[Any, ...] = ()


# Data are not nested deeper, so a longer path can only be one name with many dots.
_MOST_STEPS = 128


def splits(path: str) -> Iterator[tuple[str, str | None]]:
    """Yield each way to split *path* into a member's name, the longest first, and the rest."""
    yield path, None
    end = path.rfind(".") if path.count(".") < _MOST_STEPS else -1
    while end >= 0:
        yield path[:end], path[end + 1 :]
        end = path.rfind(".", 0, end)


def below(root: str, selector: str) -> str | None:
    """Return the part of *selector* below *root*, empty for its entries, None if not in it."""
    if selector == root:
        return ""
    return selector[len(root) + 1 :] if selector.startswith(f"{root}.") else None


@lru_cache(maxsize=4096)
def reader(path: str) -> Reader:
    """Return the function that finds all values at *path* of an element, in order."""
    if "." not in path:

        def read_member(element: dict[str, Any]) -> Sequence[Any]:
            value = element.get(path)
            if value is None or value == "":
                return _NOTHING
            return flat(value) if type(value) is list else (value,)

        return read_member

    ways = [*splits(path)]

    def read(element: dict[str, Any]) -> Sequence[Any]:
        for name, rest in ways:
            if name in element:
                value = element[name]
                if rest is None:
                    return flat(value)
                read_rest = reader(rest)
                if type(value) is dict:
                    return read_rest(value)
                return [found for v in flat(value) if type(v) is dict for found in read_rest(v)]
        return _NOTHING

    return read


def flat(value: Any) -> list[Any]:
    """Return the non-empty values in *value*, nested lists flattened."""
    if type(value) is not list:
        return [] if value is None or value == "" else [value]
    found: list[Any] = []
    stack = [iter(value)]
    while stack:
        for each in stack[-1]:
            if type(each) is list:
                stack.append(iter(each))
                break
            if each is not None and each != "":
                found.append(each)
        else:
            stack.pop()
    return found


@lru_cache(maxsize=4096)
def walker(path: str) -> Walker:
    """Return the function that yields the matches of *path*, below the root, in a root entry.

    Values that are no objects are yielded too: they block the path.
    """
    if not path:
        return _elements
    ways = [*splits(path)]

    def walk(entry: Any) -> Iterator[tuple[str, Any]]:
        for where, value in _elements(entry):
            if type(value) is not dict:
                yield where, value
                continue
            for name, rest in ways:
                if name in value:
                    before = f"{where}.{name}" if where else name
                    for place, found in walker(rest or "")(value[name]):
                        dot = "." if place and place[0] != "[" else ""
                        yield f"{before}{dot}{place}", found
                    break

    return walk


def _elements(value: Any) -> Iterable[tuple[str, Any]]:
    """Return the elements of *value* with their indices, or *value* itself if it is no list."""
    if type(value) is not list:
        return () if value is None or value == "" else (("", value),)
    return _of_list(value)


def _of_list(value: list[Any]) -> Iterator[tuple[str, Any]]:
    stack = [("", enumerate(value))]
    while stack:
        before, rest = stack[-1]
        for index, each in rest:
            if type(each) is list:
                stack.append((f"{before}[{index}]", enumerate(each)))
                break
            if each is not None and each != "":
                yield f"{before}[{index}]", each
        else:
            stack.pop()
