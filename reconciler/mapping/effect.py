"""What a change of the mapping does to data: the same entries mapped both ways and compared.

Two objects are the same if their identities are equal; failing that, if their elements are at
the same place in the data, in which case the identity has changed.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.mapping.examples import Smallest, shown_id
from reconciler.mapping.mapper import Maker, Mapper
from reconciler.mapping.objects import MappedObject
from reconciler.mapping.preview import Effect, TypeEffect
from reconciler.mapping.spec import TypeSpec
from reconciler.mapping.tally import text_digest

Mapped = Mapping[str, MappedObject]  # objects of one root entry, by place of their element


class TypeEffects:
    """Counts, and digests of the identities found on one side only."""

    def __init__(self, before: TypeSpec | None, after: TypeSpec | None, shown: TypeSpec) -> None:
        """Start without elements; None means the mapping does not fill the type *shown* names."""
        self._spec = shown
        self._keys = _attribute_keys(before, after)
        self._both: set[bytes] = set()
        self._before: dict[bytes, str] = {}
        self._after: dict[bytes, str] = {}
        self._moved_before: set[bytes] = set()
        self._moved_after: set[bytes] = set()
        self._pairs: set[bytes] = set()  # identities before and after
        self._emptied: Counter[str] = Counter()
        self._filled: Counter[str] = Counter()
        self._changed: Counter[str] = Counter()
        self._changes = Smallest()

    def take(self, entry: int, before: Mapped, after: Mapped) -> None:
        """Record the objects that the *entry*-th root entry makes."""
        for where, old in before.items():
            new = after.get(where)
            identity = _identity(old, entry)
            if new is None:
                self._before[identity] = _shown(old)
                continue
            if identity == (other := _identity(new, entry)):
                self._both.add(identity)
            else:
                self._pairs.add(identity + other)
                self._moved_before.add(identity)
                self._moved_after.add(other)
                self._changes.add(f"{_shown(old)} → {_shown(new)}")
            self._compare(_texts(old), _texts(new))
        for where, new in after.items():
            if where not in before:
                self._after[_identity(new, entry)] = _shown(new)

    def effect(self) -> TypeEffect | None:
        """Return the differences found, or None if there are none."""
        all_before = self._both | self._before.keys() | self._moved_before
        all_after = self._both | self._after.keys() | self._moved_after
        removed = self._before.keys() - all_after - self._moved_before
        new = self._after.keys() - all_before - self._moved_after
        if not (removed or new or self._pairs or self._emptied or self._filled or self._changed):
            return None
        lost = Smallest()
        for identity in removed:
            lost.add(self._before[identity])
        return TypeEffect(
            type=self._spec.key,
            names=self._spec.names,
            objects_before=len(all_before),
            objects_after=len(all_after),
            gone=len(removed),
            new=len(new),
            identity_changed=len(self._pairs),
            emptied=dict(sorted(self._emptied.items())),
            filled=dict(sorted(self._filled.items())),
            changed=dict(sorted(self._changed.items())),
            examples=self._changes.texts or lost.texts,
        )

    def _compare(self, before: Mapping[str, object], after: Mapping[str, object]) -> None:
        """Count the attributes of one object whose values differ."""
        renamed = {self._keys.get(key, key): value for key, value in before.items()}
        for key, value in renamed.items():
            if key not in after:
                self._emptied[key] += 1
            elif after[key] != value:
                self._changed[key] += 1
        self._filled.update(key for key in after if key not in renamed)


def _attribute_keys(before: TypeSpec | None, after: TypeSpec | None) -> dict[str, str]:
    """Map keys before to keys after for attributes that only their name identifies."""
    if before is None or after is None:
        return {}
    keys = {a.key for a in after.attributes}
    by_name = {a.name: a.key for a in after.attributes}
    return {
        a.key: by_name[a.name] for a in before.attributes if a.key not in keys and a.name in by_name
    }


def _identity(mapped: MappedObject, entry: int) -> bytes:
    """Return a digest of the object's identity, or of its place if it has none."""
    if mapped.external_id is None:
        return text_digest("place", str(entry), mapped.where)
    return text_digest("id", *mapped.external_id)


def _texts(mapped: MappedObject) -> dict[str, object]:
    return {**mapped.values, **{key: lookup.asked for key, lookup in mapped.references.items()}}


def _shown(mapped: MappedObject) -> str:
    return shown_id(mapped.external_id or (mapped.label or mapped.where or "no identity",))


class _Pair:
    """One object type before and after; None where the mapping does not fill it."""

    __slots__ = ("after", "before", "effects")

    def __init__(self, before: Maker | None, after: Maker | None, shown: Maker) -> None:
        self.before = before
        self.after = after
        self.effects = TypeEffects(
            before.spec if before else None, after.spec if after else None, shown.spec
        )

    @property
    def differs(self) -> bool:
        return self.before is None or self.after is None or self.before.spec != self.after.spec


class Effects:
    """Compares what two mappings make of the entries of data."""

    def __init__(self, before: Mapper, after: Mapper, against: str) -> None:
        """Start without entries; *against* is the display name of *before*."""
        self._against = against
        self._attributes = before.attribute_names() | after.attribute_names()
        self._entries = 0
        self._pairs = tuple(pair for pair in _paired(before, after) if pair.differs)

    def take(self, root: str, entry: Any) -> None:
        """Record one entry of *root*."""
        self._entries += 1
        for pair in self._pairs:
            made = _made(pair.before, root, entry), _made(pair.after, root, entry)
            pair.effects.take(self._entries, *made)

    def effect(self) -> Effect:
        """Return the effect on the entries recorded so far."""
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
    """Yield each type paired with its predecessor: by key, otherwise by name path."""
    left = {maker.spec.key: maker for maker in before.makers}
    by_names = {maker.spec.names: maker.spec.key for maker in before.makers}
    keys = {maker.spec.key for maker in after.makers}
    for maker in after.makers:
        key = maker.spec.key
        if key not in left and by_names.get(maker.spec.names) not in keys:
            key = by_names.get(maker.spec.names, key)
        yield _Pair(left.pop(key, None), maker, maker)
    yield from (_Pair(maker, None, maker) for maker in left.values())
