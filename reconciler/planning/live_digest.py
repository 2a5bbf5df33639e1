"""The digest of what of live a source is concerned with (design.md#digests).

Live shows the whole object schema, which others change as well. A source is concerned with its own
mappings, with what its manifest names by id or name path and the ancestors of that, and with the
names beside what is new: a new element must not have one of them.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import chain

from reconciler.model.canonical import digest
from reconciler.model.document import Attribute, Document, ObjectType, walk_types
from reconciler.model.normalise import LiveDocument
from reconciler.model.wire import document_digest
from reconciler.planning.surroundings import mapped_ids
from reconciler.value import replace

_Path = tuple[str, ...]


def live_digest(live: LiveDocument | None, desired: Document) -> str:
    """Return the digest of what of *live* the manifest *desired* is concerned with.

    It is that of `null` if nothing lives.
    """
    return document_digest(concern(live.document, desired)) if live else digest(None)


def concern(live: Document, desired: Document) -> Document:
    """Return what of *live* the manifest *desired* is concerned with."""
    part = _Part(live, desired)
    icons, statuses = {i.key for i in desired.icons}, {s.name for s in desired.statuses}
    return replace(
        live,
        object_types=tuple(part.types(live.object_types, ())),
        icons=tuple(i for i in live.icons if i.key in icons),
        statuses=tuple(s for s in live.statuses if s.name in statuses),
    )


class _Part:
    """What a manifest names, and where it has something new."""

    def __init__(self, live: Document, desired: Document) -> None:
        self._live, self._desired = live, desired
        self._wanted, self._there = _ids_by_type(desired), _ids_by_type(live)
        # Of most types the attributes have the same ids on both sides: only others are looked up.
        self._even = {
            key
            for key, ids in self._wanted.items()
            if key is not None and ids == self._there.get(key) and None not in ids
        }
        odd = self._odd(self._there).union(self._there)
        named = chain(mapped_ids(desired), *self._wanted.values())
        self._ids = odd.intersection(named).union(self._wanted) - {None}

    def _odd(self, ids: Mapping[str | None, list[str | None]]) -> set[str | None]:
        return {each for key in ids.keys() - self._even for each in ids[key]}

    @cached_property
    def _by_path(self) -> Mapping[_Path, list[ObjectType]]:
        return _types_by_path(self._desired)

    @cached_property
    def _grows(self) -> AbstractSet[_Path]:
        """Under which paths of live something is new.

        Types by their parent's, attributes by their type's with an empty name behind it.
        """
        lives = {each.external_id: path for each, path in _with_paths(self._live)}
        odd = self._odd(self._wanted).union(self._wanted)
        ids = odd.intersection(chain(lives, *self._there.values())) - {None}
        there = _types_by_path(self._live)
        grows: set[_Path] = set()
        for object_type, ancestors in walk_types(self._desired.object_types):
            path = (*(each.name for each in ancestors), object_type.name)
            if not _lives(object_type, ids, path in there):
                # A parent that lives is where its id is, whatever it is called there.
                by_id = ancestors and ancestors[-1].external_id
                grows.add(lives.get(by_id, path[:-1]) if by_id else path[:-1])
            by_id = object_type.external_id
            here = lives.get(by_id, path) if by_id else path
            if by_id in self._even or ids.issuperset(self._wanted[by_id]):
                continue
            names = _names(there, here)
            if not all(_lives(each, ids, each.name in names) for each in object_type.attributes):
                grows.add((*here, ""))
        return grows

    def types(self, roots: tuple[ObjectType, ...], above: _Path) -> Iterator[ObjectType]:
        for each in roots:
            path = (*above, each.name)
            below = tuple(self.types(each.children, path))
            attributes = self._attributes(each, path)
            if each.external_id in self._ids or below or attributes or path in self._by_path:
                if attributes == each.attributes and below == each.children:
                    yield each
                else:
                    yield replace(each, attributes=attributes, children=below)
            elif above in self._grows:
                yield ObjectType(external_id=each.external_id, name=each.name)

    def _attributes(self, of: ObjectType, path: _Path) -> tuple[Attribute, ...]:
        if of.external_id in self._even or self._ids.issuperset(self._there[of.external_id]):
            return of.attributes
        names, grows = _names(self._by_path, path), (*path, "") in self._grows
        named = (each.external_id in self._ids or each.name in names for each in of.attributes)
        return tuple(
            each if is_named else Attribute(external_id=each.external_id, name=each.name, type="")
            for each, is_named in zip(of.attributes, named, strict=True)
            if is_named or grows
        )


def _lives(element: ObjectType | Attribute, ids: AbstractSet[str | None], by_name: bool) -> bool:  # noqa: FBT001 - what else there is
    return element.external_id in ids if element.external_id is not None else by_name


def _ids_by_type(document: Document) -> dict[str | None, list[str | None]]:
    """Return the external ids of attributes by that of their type."""
    found: dict[str | None, list[str | None]] = {}
    for object_type, _ in walk_types(document.object_types):
        ids = [each.external_id for each in object_type.attributes]
        found.setdefault(object_type.external_id, []).extend(ids)
    return found


def _with_paths(document: Document) -> Iterator[tuple[ObjectType, _Path]]:
    for object_type, ancestors in walk_types(document.object_types):
        yield object_type, (*(each.name for each in ancestors), object_type.name)


def _types_by_path(document: Document) -> Mapping[_Path, list[ObjectType]]:
    found: dict[_Path, list[ObjectType]] = {}
    for object_type, path in _with_paths(document):
        found.setdefault(path, []).append(object_type)
    return found


def _names(types: Mapping[_Path, list[ObjectType]], path: _Path) -> AbstractSet[str]:
    """Return the names of the attributes of what *types* has at *path*."""
    return {attribute.name for each in types.get(path, ()) for attribute in each.own}
