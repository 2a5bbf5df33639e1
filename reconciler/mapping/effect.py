"""What a change of the mapping does to data: the same entries through both, compared.

An object is the same before and after where its identity is; or else where its element
stands at the same place of the data, and then its identity has changed.
"""

from collections.abc import Iterator
from typing import Any

from reconciler.mapping.maker import Maker
from reconciler.mapping.mapper import Mapper
from reconciler.mapping.preview import Effect
from reconciler.mapping.type_effect import Mapped, TypeEffects


class _Pair:
    """One object type before and after; None where the mapping does not fill it."""

    __slots__ = ("after", "before", "effects")

    def __init__(self, before: Maker | None, after: Maker | None, shown: Maker) -> None:
        self.before = before
        self.after = after
        specs = [None if maker is None else maker.spec for maker in (before, after)]
        self.effects = TypeEffects(*specs, shown=shown.spec)

    @property
    def differs(self) -> bool:
        return self.before is None or self.after is None or self.before.spec != self.after.spec


class Effects:
    """Compares what the entries of data make by two mappings."""

    def __init__(self, before: Mapper, after: Mapper, against: str) -> None:
        """Begin without entries; *against* names what *before* is."""
        self._against = against
        self._attributes = before.attribute_names() | after.attribute_names()
        self._entries = 0
        self._pairs = tuple(pair for pair in _paired(before, after) if pair.differs)

    def take(self, root: str, entry: Any) -> None:
        """Take one entry of *root* into account."""
        self._entries += 1
        for pair in self._pairs:
            made = _made(pair.before, root, entry), _made(pair.after, root, entry)
            pair.effects.take(self._entries, *made)

    def effect(self) -> Effect:
        """Return the effect on the entries taken so far."""
        types = (pair.effects.effect() for pair in self._pairs)
        return Effect(
            against=self._against,
            types=tuple(t for t in types if t is not None),
            attributes=self._attributes,
        )


def _made(maker: Maker | None, root: str, entry: Any) -> Mapped:
    """Return the objects that Assets would make of one entry, by the place of their element."""
    walk = maker.walker(root) if maker is not None else None
    if maker is None or walk is None:
        return {}
    made = (maker.make(v, where) for where, v in walk(entry) if type(v) is dict)
    return {mapped.where: mapped for mapped in made if not maker.losses(mapped)}


def _paired(before: Mapper, after: Mapper) -> Iterator[_Pair]:
    """Yield each type with what it was: by its key, or else by its names."""
    left = {maker.spec.key: maker for maker in before.makers}
    by_names = {maker.spec.names: maker.spec.key for maker in before.makers}
    keys = {maker.spec.key for maker in after.makers}
    for maker in after.makers:
        key = maker.spec.key
        if key not in left and by_names.get(maker.spec.names) not in keys:
            key = by_names.get(maker.spec.names, key)
        yield _Pair(left.pop(key, None), maker, maker)
    yield from (_Pair(maker, None, maker) for maker in left.values())
