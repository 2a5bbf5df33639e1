"""Matrices of which the suite plays enough that each row and each column is met.

Every cell of them is played by `make reliability`, which sets WHOLE.
"""

import itertools
import os
from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

WHOLE = "RECONCILER_WHOLE_MATRICES"
T = TypeVar("T")


def every_or(some: Iterable[T], every: Iterable[T]) -> list[T]:
    """Return *every* member where the whole matrix is asked for, else *some*."""
    return list(every if os.environ.get(WHOLE) else some)


def pairs(rows: Iterable[str], columns: Iterable[str]) -> list[tuple[str, str]]:
    """Return the parameters of a matrix: its diagonal, which meets each row and each column."""
    left, right = list(rows), list(columns)
    longer = range(max(len(left), len(right)))
    diagonal = [(left[n % len(left)], right[n % len(right)]) for n in longer]
    return every_or(diagonal, itertools.product(left, right))


def crossed(rows: Iterable[str], columns: Iterable[str]) -> list[tuple[str, str]]:
    """Return the parameters of a matrix: its first row and first column, then its diagonal."""
    left, right = list(rows), list(columns)
    some = [(left[0], each) for each in right] + [(each, right[0]) for each in left]
    return every_or(dict.fromkeys(some + pairs(left, right)), itertools.product(left, right))


def one_of_each(cells: Iterable[T], kind: Callable[[T], Hashable]) -> list[T]:
    """Return the parameters of a matrix: one cell of each *kind*, not always its first."""
    kinds: dict[Hashable, list[T]] = {}
    for cell in cells:
        kinds.setdefault(kind(cell), []).append(cell)
    some = [of[number % len(of)] for number, of in enumerate(kinds.values())]
    return every_or(some, itertools.chain.from_iterable(kinds.values()))
