"""What a column refers to: the key of another object type, if every value is one."""

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

from reconciler.mapping.inference.names import words_of
from reconciler.mapping.inference.sample import Column
from reconciler.mapping.iql import read_iql
from reconciler.model.display import count

_FEWEST_TEXTS = 2
_OF_THE_SAME = frozenset(["parent", "manager", "supervisor", "reports", "superior"])
_IN_THE_WAY = frozenset("\"'\\")


class Candidate(Protocol):
    """An object type that may be referred to, by its `key`: a path, and an attribute's name."""

    name: str

    @property
    def key(self) -> tuple[str, str] | None:
        """None if several attributes identify its objects."""

    @property
    def keys(self) -> frozenset[str]:
        """The values at the path."""


C = TypeVar("C", bound=Candidate)


class ReferenceTarget(Generic[C]):
    """What a column refers to, by the attribute `key`, and why."""

    __slots__ = ("candidate", "key", "why")

    def __init__(self, candidate: C, key: str, why: str) -> None:
        """Keep them."""
        self.candidate = candidate
        self.key = key
        self.why = why


def comparison(attribute: str, path: str, *, is_list: bool) -> str | None:
    """Return the AQL that compares *attribute* with the values at *path*, None if there is none."""
    text = f'"{attribute}" IN (${{{path}${{0}}}})' if is_list else f'"{attribute}" = ${{{path}}}'
    return text if read_iql(text).comparison is not None else None


def are_in_the_way(column: Column) -> bool:
    """Return whether a value has what AQL may read as something else (mapping.md)."""
    return any(
        not text.isprintable() or _IN_THE_WAY.intersection(text) or "${" in text
        for text in column.texts
    )


def target_of(column: Column, own: C, candidates: Sequence[C]) -> ReferenceTarget[C] | None:
    """Return what every value of *column*, of *own*, is the key of, if that is no accident.

    It is none if a name says so, or if there are several values and not just numbers.
    """
    if are_in_the_way(column):
        return None
    values = {*column.texts}
    words = {*words_of(column.path.rpartition(".")[2])}
    is_telling = len(values) >= _FEWEST_TEXTS and not all(map(str.isdecimal, values))
    best: ReferenceTarget[C] | None = None
    for each in candidates:
        if each.key is None:
            continue
        _, name = each.key
        named = words & {*words_of(each.name), *(_OF_THE_SAME if each is own else ())}
        if not (named or (is_telling and best is None)):
            continue
        if values <= each.keys and comparison(name, column.path, is_list=False):
            why = f"each of its {count(len(values), 'value')} is the {name} of an entry of "
            best = ReferenceTarget(each, name, f"{why}{each.name}")
            if named:
                break
    return best
