"""The part of live that belongs into one source's manifest (design.md#the-site).

GET shows the whole object schema. A source's manifest has what is the source's own, what it has
already, what its mapping fills, and of the rest only what its payload needs: the targets of its
references, the ancestors of its types and their icons, without the attributes of others.
"""

from collections.abc import Iterator, Mapping, Sequence

from reconciler.model.document import Attribute, Document, ObjectType, walk_types
from reconciler.planning.change import Kind
from reconciler.planning.diff.align import keyed_types
from reconciler.planning.surroundings import elements, mapped_ids, named_part
from reconciler.value import replace


def own_part(live: Document, source: str, *, owners: Mapping[str, str], have: Document) -> Document:
    """Return what the manifest of *source* is to hold of *live*.

    *owners* has the source that each external id belongs to, *have* is the manifest so far.
    """
    if not owners:  # nobody else has any
        return live
    part = _Part(live, source, owners, have)
    types = keyed_types(live)
    kept = {key: part.attributes(each, above) for key, each, above in types}
    needed = {key for key, each, above in types if kept[key] or part.is_own_type(each, above)}
    keys = {id(each): key for key, each, _ in types}
    ancestors = {key: [keys[id(each)] for each in above] for key, _, above in types}
    by_name: dict[str | None, str] = {}
    for key, each, _ in types:
        by_name.setdefault(each.name, key)
    # A stub brings no attributes, and so no references: one round is enough.
    for attribute in (a for attributes in kept.values() for a in attributes):
        target = attribute.reference_external_id
        needed.add(target if target in ancestors else by_name.get(attribute.reference_name, ""))
    needed |= {above for key in needed for above in ancestors.get(key, ())}

    def trimmed(roots: Sequence[ObjectType]) -> Iterator[ObjectType]:
        for each in roots:
            if (key := keys[id(each)]) in needed:
                below = tuple(trimmed(each.children))
                yield replace(each, attributes=tuple(kept[key]), children=below)

    kept_types = tuple(trimmed(live.object_types))
    used = {t.icon_key for t, _ in walk_types(kept_types)} | {i.key for i in have.icons}
    return replace(
        live,
        object_types=kept_types,
        icons=tuple(
            icon
            for icon in live.icons
            if icon.key in used or owners.get(named_part(Kind.ICON, icon.key), source) == source
        ),
    )


class _Part:
    """Tells what of live is a source's own."""

    def __init__(
        self, live: Document, source: str, owners: Mapping[str, str], have: Document
    ) -> None:
        self._source, self._owners = source, owners
        stated = [*elements(have)]
        self._ids = {i for _, i in stated} | {*mapped_ids(live)}
        self._paths = {names for names, _ in stated}
        self._mapped_names = {
            m.object_type_name for m in live.mappings if m.object_type_external_id is None
        }

    def is_own_type(self, each: ObjectType, ancestors: Sequence[ObjectType]) -> bool:
        return each.name in self._mapped_names or self._is_own(
            each.external_id, _path(each, ancestors)
        )

    def attributes(self, each: ObjectType, ancestors: Sequence[ObjectType]) -> list[Attribute]:
        path = _path(each, ancestors)
        return [a for a in each.attributes if self._is_own(a.external_id, (*path, "", a.name))]

    def _is_own(self, external_id: str | None, path: tuple[str, ...]) -> bool:
        return (
            self._owners.get(external_id or "", self._source) == self._source
            or external_id in self._ids
            or path in self._paths
        )


def _path(each: ObjectType, ancestors: Sequence[ObjectType]) -> tuple[str, ...]:
    return (*(a.name for a in ancestors), each.name)
