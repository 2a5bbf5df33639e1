"""Renames that an API without renames would turn into a second element and an orphan.

One element gone from the manifest and a similar one new beside it: reported, never
guessed silently (nothing here changes what is planned).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TypeVar

from reconciler.model.document import Attribute
from reconciler.planning.align import Side, TypeNode

# From 0 to 1; half the attributes in common, or "Team" and "Teams", is well above.
ALIKE = 0.6
# A manifest that shares nothing with live is another manifest, not thousands of renames.
MOST_PAIRS = 10_000

_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Rename:
    """A probable rename: what only lives, what only the manifest has, and how alike they are."""

    what: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    before_id: str
    after_id: str
    likeness: float


def probable_renames(desired: Side, live: Side) -> Iterator[Rename]:
    """Yield the probable renames of types, then of attributes; each element is in one at most."""
    gone_types = [n for k, n in live.types.items() if k not in desired.types]
    new_types = [n for k, n in desired.types.items() if k not in live.types]
    for old, new, likeness in _pairs(gone_types, new_types, _Types(desired, live).alike):
        yield Rename(
            what="object type",
            before=old.names,
            after=new.names,
            before_id=old.identity,
            after_id=new.identity,
            likeness=likeness,
        )
    for key, node in desired.types.items():
        if (other := live.types.get(key)) is not None:
            yield from _attribute_renames(desired, live, other, node)


def _attribute_renames(
    desired: Side, live: Side, before: TypeNode, after: TypeNode
) -> Iterator[Rename]:
    gone = [(k, a) for k, a in before.attributes.items() if k not in after.attributes]
    new = [(k, a) for k, a in after.attributes.items() if k not in before.attributes]
    locators = (_locators(live, before.key), _locators(desired, after.key))

    def alike(old: tuple[str, Attribute], young: tuple[str, Attribute]) -> float:
        if old[1].type != young[1].type:
            return 0.0
        filled = locators[0].get(old[0]), locators[1].get(young[0])
        if filled[0] is not None and filled[0] == filled[1]:
            return 1.0
        return _similar(old[1].name, young[1].name)

    for (_, old), (_, young), likeness in _pairs(gone, new, alike):
        yield Rename(
            what="attribute",
            before=(*before.names, old.name),
            after=(*after.names, young.name),
            before_id=old.external_id or old.name,
            after_id=young.external_id or young.name,
            likeness=likeness,
        )


@dataclass(frozen=True, slots=True)
class _Types:
    desired: Side
    live: Side

    def alike(self, old: TypeNode, new: TypeNode) -> float:
        """Return how alike two types are: the same place, attributes, data, name."""
        if self.place(old, self.live) != self.place(new, self.desired):
            return 0.0
        ours = {(a.name, a.type) for a in new.attributes.values()}
        theirs = {(a.name, a.type) for a in old.attributes.values()}
        shared = len(ours & theirs) / len(ours | theirs) if ours | theirs else 0.0
        same_data = self.selector(old, self.live) == self.selector(new, self.desired) is not None
        return max(shared, _similar(old.element.name, new.element.name), 0.8 * same_data)

    @staticmethod
    def place(node: TypeNode, side: Side) -> str | None:
        return side.types[node.parent].identity if node.parent is not None else None

    @staticmethod
    def selector(node: TypeNode, side: Side) -> str | None:
        mapping = side.mappings.get(node.key)
        return mapping.element.selector if mapping else None


def _pairs(
    gone: Sequence[_T], new: Sequence[_T], alike: Callable[[_T, _T], float]
) -> Iterator[tuple[_T, _T, float]]:
    """Yield the likest pairs first, none of them twice."""
    if len(gone) * len(new) > MOST_PAIRS:
        return
    scored = sorted(
        (
            (-likeness, i, j)
            for i, old in enumerate(gone)
            for j, young in enumerate(new)
            if (likeness := alike(old, young)) >= ALIKE
        ),
    )
    left, right = set(range(len(gone))), set(range(len(new)))
    for minus, i, j in scored:
        if i in left and j in right:
            left.discard(i)
            right.discard(j)
            yield gone[i], new[j], -minus


def _locators(side: Side, key: str) -> dict[str, tuple[str, ...]]:
    mapping = side.mappings.get(key)
    return {k: e.locators for k, e in mapping.entries.items()} if mapping else {}


def _similar(one: str, other: str) -> float:
    return SequenceMatcher(None, one.casefold(), other.casefold()).ratio()
