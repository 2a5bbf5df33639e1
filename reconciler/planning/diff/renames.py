"""Probable renames, which the API cannot do.

The same external id with another name; or an element missing from the manifest and a similar
new one beside it, which would become a second element and an orphan. Reported, never assumed
silently (nothing here changes what is planned).
"""

from collections.abc import Callable, Container, Iterator, Sequence
from difflib import SequenceMatcher
from typing import TypeVar

from reconciler.model.document import Attribute
from reconciler.planning.change import Kind
from reconciler.planning.diff.align import Side, TypeNode
from reconciler.value import Value

# From 0 to 1; half the attributes in common, or "Team" and "Teams", is well above.
ALIKE = 0.6
# A manifest that has nothing in common with live is another manifest, not thousands of renames.
MOST_PAIRS = 10_000

LONGEST_NAME = 100  # difflib's time is quadratic

_T = TypeVar("_T")


class Rename(Value):
    """A probable rename: an element in live and its counterpart in the manifest.

    `before` and `after` are name paths, the ids external ids or otherwise names. `type_key`
    is the key of the manifest's type, or of the attribute's type. `is_taken`: something else
    beside it in live has the new name.
    """

    kind: Kind
    before: tuple[str, ...]
    after: tuple[str, ...]
    before_id: str
    after_id: str
    type_key: str
    is_taken: bool = False

    @property
    def keeps_id(self) -> bool:
        """Whether only the name differs."""
        return self.before_id == self.after_id


def probable_renames(desired: Side, live: Side, others: Container[str]) -> Iterator[Rename]:
    """Yield the probable renames of types, then of attributes; each element at most once.

    What is only live and another source's, with its key in *others*, was not renamed here.
    """
    for key, node in desired.types.items():
        other = live.types.get(key)
        if other is not None and other.element.name != node.element.name:
            yield Rename(
                kind=Kind.OBJECT_TYPE,
                before=other.names,
                after=node.names,
                before_id=other.identity,
                after_id=node.identity,
                type_key=key,
                is_taken=any(
                    each.parent == other.parent and each.element.name == node.element.name
                    for each in live.types.values()
                ),
            )
    gone_types = [n for k, n in live.types.items() if k not in desired.types and k not in others]
    new_types = [n for k, n in desired.types.items() if k not in live.types]
    for old, new in _pairs(gone_types, new_types, _Types(desired, live).alike):
        yield Rename(
            kind=Kind.OBJECT_TYPE,
            before=old.names,
            after=new.names,
            before_id=old.identity,
            after_id=new.identity,
            type_key=new.key,
        )
    for key, node in desired.types.items():
        if (other := live.types.get(key)) is not None and not other.shows(node):
            yield from _attribute_renames(desired, live, other, node, others)


def _attribute_renames(
    desired: Side, live: Side, before: TypeNode, after: TypeNode, others: Container[str]
) -> Iterator[Rename]:
    for _, newer, old in before.touched(after):
        if old is not None and newer.name != old.name:
            yield _attribute_rename(before, after, old, newer)
    if before.attributes.keys() == after.attributes.keys():
        return
    gone = [(k, a) for k, a in before.attributes.items() if k not in after.attributes]
    removed = [(k, a) for k, a in gone if k not in others]
    new = [(k, a) for k, a in after.attributes.items() if k not in before.attributes]
    if not removed or not new:
        return
    locators = (_locators(live, before.key), _locators(desired, after.key))

    def similarity(old: tuple[str, Attribute], new: tuple[str, Attribute]) -> float:
        if old[1].type != new[1].type or old[1].name == new[1].name:
            return 0.0
        filled = locators[0].get(old[0]), locators[1].get(new[0])
        if filled[0] is not None and filled[0] == filled[1]:
            return 1.0
        return _similar(old[1].name, new[1].name)

    for (_, gone_one), (_, new_one) in _pairs(removed, new, similarity):
        yield _attribute_rename(before, after, gone_one, new_one)


def _attribute_rename(before: TypeNode, after: TypeNode, old: Attribute, new: Attribute) -> Rename:
    return Rename(
        kind=Kind.ATTRIBUTE,
        before=(*before.names, old.name),
        after=(*after.names, new.name),
        before_id=old.external_id or old.name,
        after_id=new.external_id or new.name,
        type_key=after.key,
        is_taken=any(a.name == new.name for a in before.attributes.values()),
    )


class _Types(Value, kw_only=False):
    desired: Side
    live: Side

    def alike(self, old: TypeNode, new: TypeNode) -> float:
        """Return the similarity of two types: in place, attributes, data and name."""
        if self.place(old, self.live) != self.place(new, self.desired):
            return 0.0
        if old.element.name == new.element.name:
            return 0.0  # another id is no rename: the API would refuse it
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
    removed: Sequence[_T], new: Sequence[_T], similarity: Callable[[_T, _T], float]
) -> Iterator[tuple[_T, _T]]:
    """Yield the most similar pairs first, each element at most once."""
    if len(removed) * len(new) > MOST_PAIRS:
        return
    scored = sorted(
        (
            (-likeness, i, j)
            for i, old in enumerate(removed)
            for j, young in enumerate(new)
            if (likeness := similarity(old, young)) >= ALIKE
        ),
    )
    left, right = set(range(len(removed))), set(range(len(new)))
    for _, i, j in scored:
        if i in left and j in right:
            left.discard(i)
            right.discard(j)
            yield removed[i], new[j]


def _locators(side: Side, key: str) -> dict[str, tuple[str, ...]]:
    mapping = side.mappings.get(key)
    return {k: e.locators for k, e in mapping.entries.items()} if mapping else {}


def _similar(one: str, other: str) -> float:
    if max(len(one), len(other)) > LONGEST_NAME:
        return 0.0
    matcher = SequenceMatcher(None, one.casefold(), other.casefold())
    # The quick ones are bounds from above.
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0.0
    return matcher.ratio()
