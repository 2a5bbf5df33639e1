"""Which elements of an object schema are those that an import source shows (api.md#companion-join).

The importsource API knows elements by external id, the companion API by numbers, and neither shows
the other's. What both show are names: those of live, for the manifest's may be new. Where
several elements could be meant, none is: nothing is guessed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Generic, TypeVar
from unicodedata import normalize

from reconciler.model.document import Attribute, Document, walk_types
from reconciler.model.object_schema import (
    ObjectSchema,
    SchemaAttribute,
    SchemaContent,
    SchemaStatus,
    SchemaType,
)
from reconciler.model.source import Description
from reconciler.value import Value

Path = tuple[str, ...]
T = TypeVar("T")


class JoinStop(StrEnum):
    """Why it is not known which element of the object schema one is; the value is a sentence."""

    SCHEMA_UNKNOWN = "the object schemas that it may be in cannot be distinguished"
    NO_RIGHT = "its object schema is not there, or the schema credential may not see it"
    SCHEMA_DOUBTFUL = "its object schema has another name in Assets"
    LIST_INCOMPLETE = "the list of object types lacks the parent of one"
    TYPE_NOT_FOUND = "no object type has its name path"
    TYPE_AMBIGUOUS = "several object types have its name path"
    BRIDGE_CONTRADICTS = "the import source fills another object type with its mapping"
    ATTRIBUTE_NOT_FOUND = "its object type has no attribute of that name"
    ATTRIBUTE_AMBIGUOUS = "its object type has several attributes of that name"
    INHERITED = "it is an attribute of an object type above, which is inherited"
    KIND_CONTRADICTS = "the attribute of that name has another type in Assets"
    STATUS_NOT_FOUND = "no status has that name"


class Join(Value):
    """What the elements of live are in their object schema, or why that is not known.

    Types and attributes by external id, statuses by name. Where the object schema itself is not
    known `stop` says why, for all of them. `confirmed` are the ids of the object types that the
    import source says it fills; of others the names alone say which they are.
    """

    schema: ObjectSchema | None = None
    stop: JoinStop | None = None
    types: Mapping[str, SchemaType | JoinStop] = MappingProxyType({})
    attributes: Mapping[str, SchemaAttribute | JoinStop] = MappingProxyType({})
    statuses: Mapping[str, SchemaStatus | JoinStop] = MappingProxyType({})
    confirmed: frozenset[str] = frozenset()


def join(live: Document, description: Description, content: SchemaContent) -> Join:
    """Return what the elements of *live* are in *content*, which is its object schema's."""
    if live.name != content.schema.name:
        return Join(schema=content.schema, stop=JoinStop.SCHEMA_DOUBTFUL)
    types = _types(live, content)
    filled = dict(_filled(live, description))
    types = {key: _bridged(found, filled.get(key, frozenset())) for key, found in types.items()}
    return Join(
        schema=content.schema,
        types=types,
        confirmed=frozenset(
            each.id
            for key, each in types.items()
            if isinstance(each, SchemaType) and filled.get(key) == frozenset({each.id})
        ),
        attributes=dict(_attributes(live, types, content)),
        statuses={each.name: _status(each.name, content.statuses) for each in live.statuses},
    )


def has_types_of(content: SchemaContent, live: Document) -> bool:
    """Return whether *content* has an object type at each name path of *live*."""
    paths = {path for path, _ in _paths(content.types)}
    return paths.issuperset(path for path, _ in _live_paths(live))


class _ByName(Generic[T]):
    """What has a name or name path, found by it exactly, else without regard to case and accents.

    Assets compares names without regard to case in one place (api.md#companion-attributes).
    """

    def __init__(self, entries: Iterable[tuple[Path, T]]) -> None:
        self._exactly: dict[Path, list[T]] = defaultdict(list)
        self._nearly: dict[Path, list[T]] = defaultdict(list)
        for path, each in entries:
            self._exactly[path].append(each)
            self._nearly[folded(path)].append(each)

    def find(self, path: Path) -> Sequence[T]:
        return self._exactly.get(path) or self._nearly.get(folded(path)) or ()


def folded(path: Path) -> Path:
    """Return *path* as it is compared without regard to case and accents."""
    return tuple(normalize("NFC", name).casefold() for name in path)


def _types(live: Document, content: SchemaContent) -> dict[str, SchemaType | JoinStop]:
    known = {None, *(each.id for each in content.types)}
    is_complete = all(each.parent_id in known for each in content.types)
    by_path = _ByName(_paths(content.types))
    there = {external_id: by_path.find(path) for path, external_id in _live_paths(live)}
    # Two of live may be alike but for case.
    meant = Counter(each.id for found in there.values() for each in found)

    def one(found: Sequence[SchemaType]) -> SchemaType | JoinStop:
        if not is_complete:
            return JoinStop.LIST_INCOMPLETE
        if not found:
            return JoinStop.TYPE_NOT_FOUND
        is_only = len(found) == 1 and meant[found[0].id] == 1
        return found[0] if is_only else JoinStop.TYPE_AMBIGUOUS

    return {external_id: one(found) for external_id, found in there.items()}


def _filled(live: Document, description: Description) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the external id of each mapped type, and the ids of those that its selector fills."""
    for mapping in live.mappings:
        if mapping.object_type_external_id is not None:
            ids = description.filled.get(mapping.selector or "", frozenset())
            yield mapping.object_type_external_id, ids


def _bridged(found: SchemaType | JoinStop, filled: frozenset[str]) -> SchemaType | JoinStop:
    """Return *found*, unless the import source says that it fills another type.

    Where one selector fills several types, that says nothing.
    """
    if isinstance(found, SchemaType) and len(filled) == 1 and found.id not in filled:
        return JoinStop.BRIDGE_CONTRADICTS
    return found


def _attributes(
    live: Document, types: Mapping[str, SchemaType | JoinStop], content: SchemaContent
) -> Iterator[tuple[str, SchemaAttribute | JoinStop]]:
    own: dict[str, list[SchemaAttribute]] = defaultdict(list)
    for each in content.attributes:
        own[each.owner_id].append(each)
    parents = {each.id: each.parent_id for each in content.types}
    for object_type, _ in walk_types(live.object_types):
        owner = types.get(object_type.external_id or "", JoinStop.TYPE_NOT_FOUND)
        if isinstance(owner, JoinStop):
            yield from ((a.external_id, owner) for a in object_type.attributes if a.external_id)
            continue
        by_name = _ByName(((each.name,), each) for each in own[owner.id])
        above = {each.name for above in _above(owner.id, parents) for each in own[above]}
        for attribute in object_type.attributes:
            if attribute.external_id is None:
                continue
            found = by_name.find((attribute.name,))
            if len(found) > 1:
                yield attribute.external_id, JoinStop.ATTRIBUTE_AMBIGUOUS
            elif not found:
                is_above = attribute.name in above
                stop = JoinStop.INHERITED if is_above else JoinStop.ATTRIBUTE_NOT_FOUND
                yield attribute.external_id, stop
            else:
                is_same = _is_of_kind(found[0], attribute, types)
                yield attribute.external_id, found[0] if is_same else JoinStop.KIND_CONTRADICTS


def _is_of_kind(
    found: SchemaAttribute, attribute: Attribute, types: Mapping[str, SchemaType | JoinStop]
) -> bool:
    target = types.get(attribute.reference_external_id or "")
    refers_elsewhere = isinstance(target, SchemaType) and found.target_id != target.id
    return found.type == attribute.type and not refers_elsewhere


def _status(name: str, statuses: Sequence[SchemaStatus]) -> SchemaStatus | JoinStop:
    found = [each for each in statuses if each.name == name]
    # Its own before the site's.
    found.sort(key=lambda each: each.schema_id is None)
    return found[0] if found else JoinStop.STATUS_NOT_FOUND


def _live_paths(live: Document) -> Iterator[tuple[Path, str]]:
    for object_type, above in walk_types(live.object_types):
        if object_type.external_id is not None:
            yield (*(each.name for each in above), object_type.name), object_type.external_id


def _paths(types: Sequence[SchemaType]) -> Iterator[tuple[Path, SchemaType]]:
    """Yield each type with its name path; one whose parents go round has none."""
    by_id = {each.id: each for each in types}
    parents = {each.id: each.parent_id for each in types}
    for each in types:
        path = [each, *(by_id[i] for i in _above(each.id, parents) if i in by_id)]
        if parents.get(path[-1].parent_id or "") is None:
            yield tuple(above.name for above in reversed(path)), each


def _above(type_id: str, parents: Mapping[str, str | None]) -> Iterator[str]:
    """Yield the ids above, the nearest first; those that go round once."""
    seen = {type_id, None}
    while (parent := parents.get(type_id)) not in seen:
        seen.add(parent)
        type_id = str(parent)
        yield type_id
