"""Folding: the first lint warning of a code stands for all of that code in its manifest.

Forms for programs have every one; a person reads what is special about a plan.
"""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Protocol, TypeVar

from reconciler.diagnostics import MOST_OF_A_CODE, written_place
from reconciler.render.importance import Importance

_MOST_NAMED = 5


class _Foldable(Protocol):
    """A diagnostic, or the finding that it is in a pipeline."""

    @property
    def code(self) -> str: ...
    @property
    def file(self) -> str | None: ...
    @property
    def line(self) -> int | None: ...
    @property
    def source(self) -> str | None: ...


F = TypeVar("F", bound=_Foldable)


def folded(items: Iterable[F], of: Callable[[F], Importance]) -> list[list[F]]:
    """Return *items* in groups, in the order of the first of each; only lint shares a group.

    *of* is the importance of an item.
    """
    groups: dict[object, list[F]] = {}
    for number, item in enumerate(items):
        manifest = (item.source or item.file) if of(item) is Importance.LINT else None
        groups.setdefault((item.code, manifest) if manifest else number, []).append(item)
    return [*groups.values()]


def fold_text(group: list[F]) -> str | None:
    """Return how many the first of *group* stands for and where the others are; None of one."""
    first, *others = group
    if not others:
        return None
    # Of very many the last one is the number of those left out (`limited`).
    number = f"more than {MOST_OF_A_CODE}" if len(group) > MOST_OF_A_CODE else str(len(group))
    places = dict.fromkeys(
        str(each.line) if each.file == first.file else written_place(each.file, each.line)
        for each in others
        if each.line is not None
    )
    named = ", ".join(islice(places, _MOST_NAMED)) + (", …" if len(places) > _MOST_NAMED else "")
    many = "" if len(places) == 1 else "s"
    lines = f", the other{many} on line{many} {named}"
    return f"the first of {number} in this manifest{lines if places else ''}"
