"""Merges manifests by identity: parts of one manifest, and an overlay over it.

Pure. Objects are merged key by key, lists of elements by what identifies the elements; any other
value replaces the one below it, and `GONE` takes a key away. An element is identified by its
external id, one without by its name, so that grouping makes no difference: (a, b) and then c is
a and then (b, c). Nothing is lost by merging nothing.
"""

from collections.abc import Iterator, Mapping
from enum import Enum
from itertools import chain
from typing import Any, Final, NamedTuple

from reconciler.manifest.text.pointer import Pointer
from reconciler.model.fields import ELEMENTS, IDENTITIES, Table
from reconciler.value import Value, field


class Marker(Enum):
    """What stands in place of a value."""

    GONE = "gone"


GONE: Final = Marker.GONE  # takes a key away


class Afresh(NamedTuple):
    """An object or list that replaces what is below it, since that was taken away first."""

    value: Any


class Origin(Value, kw_only=False):
    """Where a value was written: the number of its file, and its pointer there.

    What is in the value was written there too, but for what `inside` has.
    """

    file: int
    at: Pointer
    inside: dict[str, "Origin"] = field(default_factory=dict)

    def copy(self) -> "Origin":
        """Return the same, whose `inside` is its own."""
        return Origin(self.file, self.at, dict(self.inside))

    def of(self, token: str | int) -> "Origin":
        """Return where the value at *token* in this one was written."""
        return self.inside.get(str(token)) or Origin(self.file, (*self.at, token))

    def along(self, at: Pointer) -> "Origin":
        """Return where the value at *at* in this one was written."""
        here = self
        for token in at:
            here = here.of(token)
        return here


class Merged(Value, kw_only=False):
    """A value and where it was written.

    `replaced` are the pointers of values above others that differ, and where both were written;
    `added` those of elements that nothing below had, with their kind; `missed` those of keys that
    were to be taken away and were not there.
    """

    value: Any
    origin: Origin
    replaced: tuple[tuple[Pointer, Origin, Origin], ...] = ()
    added: tuple[tuple[Pointer, Table], ...] = ()
    missed: tuple[tuple[Pointer, Origin], ...] = ()

    @property
    def gone(self) -> frozenset[Pointer]:
        """The pointers of the keys that were taken away, all tokens as text."""
        return frozenset(_gone(self.value, ()))

    @property
    def json(self) -> Any:
        """The value as JSON: what is gone is absent."""
        return _settled(self.value)


def layer(value: Any, file: int, *, nulls_take_away: bool = False) -> Merged:
    """Return *value*, all of which was written in *file*."""
    return Merged(_marked(value) if nulls_take_away else value, Origin(file, ()))


def merge(*layers: Merged) -> Merged:
    """Return each of *layers* merged over those before it; none is changed."""
    merging = _Merging()
    value, origin = layers[0].value, layers[0].origin
    for above in layers[1:]:
        value, origin = merging.values(value, above.value, origin, above.origin, ())
    return Merged(
        value,
        origin,
        replaced=(*chain.from_iterable(each.replaced for each in layers), *merging.replaced),
        added=(*layers[0].added, *merging.added),
        missed=(*chain.from_iterable(each.missed for each in layers), *merging.missed),
    )


class _Merging:
    """One merging of many layers, and what was found on the way.

    A value that it made itself takes what later layers add: what was merged is not copied again
    for each of them.
    """

    def __init__(self) -> None:
        self.replaced: list[tuple[Pointer, Origin, Origin]] = []
        self.added: list[tuple[Pointer, Table]] = []
        self.missed: list[tuple[Pointer, Origin]] = []
        self._objects_made: dict[int, dict[str, Any]] = {}
        self._lists_made: dict[int, _Elements] = {}

    def values(
        self,
        low: Any,
        high: Any,
        below: Origin,
        above: Origin,
        at: Pointer,
        *,
        identity: str | None = None,
    ) -> tuple[Any, Origin]:
        if isinstance(low, Afresh) and not isinstance(high, Afresh | Marker):
            value, origin = self.values(low.value, high, below, above, at)
            return Afresh(value), origin
        if isinstance(low, Mapping) and isinstance(high, Mapping):
            return self._objects(low, high, below, above, at, identity=identity)
        if isinstance(low, list) and isinstance(high, list) and at and at[-1] in ELEMENTS:
            return self._lists(low, high, below, above, at)
        if low is GONE and high is not GONE:
            return Afresh(high), above
        if high is not GONE and high != low:
            self.replaced.append((at, below, above))
        return high, above

    def _objects(
        self,
        low: Mapping[str, Any],
        high: Mapping[str, Any],
        below: Origin,
        above: Origin,
        at: Pointer,
        *,
        identity: str | None,
    ) -> tuple[dict[str, Any], Origin]:
        """Merge two objects; the value of the key *identity* is the same in both."""
        merged, origin = self._objects_made.get(id(low)), below
        if merged is None:
            merged, origin = dict(low), below.copy()
            self._objects_made[id(merged)] = merged
        for key, value in high.items():
            if key not in merged:
                merged[key], origin.inside[key] = value, above.of(key)
                if value is GONE:
                    self.missed.append(((*at, key), above.of(key)))
            elif key != identity:
                merged[key], origin.inside[key] = self.values(
                    merged[key], value, origin.of(key), above.of(key), (*at, key)
                )
        return merged, origin

    def _lists(
        self, low: list[Any], high: list[Any], below: Origin, above: Origin, at: Pointer
    ) -> tuple[list[Any], Origin]:
        table = ELEMENTS[str(at[-1])]
        elements, origin = self._lists_made.get(id(low)), below
        if elements is None:
            elements, origin = _Elements.of(low, table), below.copy()
            self._lists_made[id(elements.merged)] = elements
        merged, before = elements.merged, len(elements.merged)
        taken: set[int] = set()
        for j, each in enumerate(high):
            identity = identity_of(each, table)
            i = elements.places.get(identity, before) if identity else before
            if i >= before or i in taken:
                i = len(merged)
                self.added.append(((*at, i), table))
                merged.append(each)
                origin.inside[str(i)] = above.of(j)
                if identity is not None:
                    elements.places.setdefault(identity, i)
            else:
                taken.add(i)
                key = identity[0] if identity else None
                merged[i], origin.inside[str(i)] = self.values(
                    merged[i], each, origin.of(i), above.of(j), (*at, i), identity=key
                )
        return merged, origin


class _Elements(Value, kw_only=False):
    """A merged list, and where each identity is in it first."""

    merged: list[Any]
    places: dict[tuple[str, str], int]

    @classmethod
    def of(cls, low: list[Any], table: Table) -> "_Elements":
        places: dict[tuple[str, str], int] = {}
        for i, each in enumerate(low):
            if (identity := identity_of(each, table)) is not None:
                places.setdefault(identity, i)
        return cls([*low], places)


def identity_of(element: Any, table: Table) -> tuple[str, str] | None:
    """Return the key and the value that identify *element* among its like, None without one."""
    if isinstance(element, Mapping):
        for key in IDENTITIES[table.kind]:
            if isinstance(value := element.get(key), str):
                return key, value
    return None


def leaves(value: Any, at: Pointer = ()) -> Iterator[Pointer]:
    """Yield the pointer of each value in *value* that is no object and no list of such."""
    if isinstance(value, Mapping) and value:
        for key, each in value.items():
            yield from leaves(each, (*at, key))
    elif isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
        for i, each in enumerate(value):
            yield from leaves(each, (*at, i))
    else:
        yield at


def _marked(value: Any) -> Any:
    """Return *value* with `GONE` in place of each null that a key has."""
    if isinstance(value, Mapping):
        return {key: GONE if each is None else _marked(each) for key, each in value.items()}
    return [*map(_marked, value)] if isinstance(value, list) else value


def _gone(value: Any, at: Pointer) -> Iterator[Pointer]:
    if value is GONE:
        yield at
    elif isinstance(value, Afresh):
        yield from _gone(value.value, at)
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _gone(each, (*at, key))
    elif isinstance(value, list):
        for i, each in enumerate(value):
            yield from _gone(each, (*at, str(i)))


def _settled(value: Any) -> Any:
    if isinstance(value, Afresh):
        return _settled(value.value)
    if isinstance(value, Mapping):
        return {key: _settled(each) for key, each in value.items() if each is not GONE}
    return [*map(_settled, value)] if isinstance(value, list) else value
