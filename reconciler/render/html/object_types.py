"""The object types of a source for the drawing: a list in the order of the tree.

The list has the types of the manifest and those that only live has, each with its change.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from reconciler.model.address import plain_key, written_key
from reconciler.model.document import Attribute
from reconciler.planning.change import OF_NO_TYPE, Change, Edit, Kind
from reconciler.planning.comparison import has_ids
from reconciler.planning.plan import SourcePlan
from reconciler.render.plan.evidence import (
    Path,
    attribute_in,
    document_in,
    key_in,
    mapped_key,
    types_in,
)
from reconciler.render.plan.symbols import UNCHANGED, Mark, owner_mark
from reconciler.render.plan.tree import type_path
from reconciler.value import Value, replace


class Reference(Value):
    """An attribute that refers to a type: *to* is the type's index in the list, None if outside."""

    name: str
    target: str
    to: int | None
    mark: Mark


class DrawnType(Value):
    """An object type; *parent* is its parent's index in the list."""

    key: str
    name: str
    depth: int
    parent: int | None
    mark: Mark
    mapped: bool
    references: tuple[Reference, ...]


def drawn_types(source: SourcePlan) -> tuple[DrawnType, ...]:
    """Return the types, parents before their children."""
    return _Reader(source).types()


class _Reader:
    """Gathers types by what stands in the brackets of their addresses."""

    def __init__(self, source: SourcePlan) -> None:
        self._paths: dict[str, Path] = {}
        self._by_path: dict[Path, str] = {}
        self._by_name: dict[str, str] = {}
        self._children: dict[str | None, list[str]] = defaultdict(list)
        self._attributes: dict[str, list[Attribute]] = defaultdict(list)
        self._own: dict[str, list[Change]] = defaultdict(list)
        self._inside: dict[str, list[Change]] = defaultdict(list)
        self._of_attribute: dict[tuple[str, str], list[Change]] = defaultdict(list)
        desired, live = map(document_in, (source.evidence.desired, source.evidence.live or {}))
        self._by_ids = has_ids(desired)
        for path, object_type in types_in(desired):
            key = key_in(path, object_type, by_ids=self._by_ids)
            if key not in self._paths:
                self._add(key, path)
                self._attributes[key] += object_type.attributes
        # A type that only live has is named by live's names of its ancestors.
        for path, object_type in types_in(live):
            if (key := key_in(path, object_type, by_ids=self._by_ids)) in self._paths:
                self._by_path.setdefault(path, key)
        self._mapped = {mapped_key(m, self._by_name) for m in desired.mappings}
        for change in source.changes:
            self._take(change)

    def types(self) -> tuple[DrawnType, ...]:
        order = list(self._ordered())
        at = {key: number for number, (key, _, _) in enumerate(order)}
        return tuple(
            DrawnType(
                key=plain_key(key),
                name=self._paths[key][-1],
                depth=depth,
                parent=None if parent is None else at[parent],
                mark=owner_mark(self._own[key], self._inside[key]) or UNCHANGED,
                mapped=key in self._mapped,
                references=tuple(self._references(key, at)),
            )
            for key, parent, depth in order
        )

    def _ordered(self) -> Iterator[tuple[str, str | None, int]]:
        stack: list[tuple[str, str | None, int]] = [
            (k, None, 0) for k in self._children[None][::-1]
        ]
        while stack:
            key, parent, depth = stack.pop()
            yield key, parent, depth
            stack += [(child, key, depth + 1) for child in self._children[key][::-1]]

    def _references(self, key: str, at: Mapping[str, int]) -> Iterator[Reference]:
        for each in self._attributes[key]:
            wanted_id, wanted_name = each.reference_external_id, each.reference_name
            if wanted_id is None and wanted_name is None:
                continue
            by_id = written_key(wanted_id or "")
            target = by_id if by_id in at else self._by_name.get(wanted_name or "")
            element = (each.external_id if self._by_ids else None) or each.name
            changes = self._of_attribute[key, element]
            yield Reference(
                name=each.name,
                target=self._paths[target][-1] if target else wanted_name or wanted_id or "",
                to=at[target] if target else None,
                mark=owner_mark(changes, changes) or UNCHANGED,
            )

    def _take(self, change: Change) -> None:
        if change.kind in OF_NO_TYPE:
            return
        key, element = change.address.owner_label, change.address.key
        self._ensure(key, type_path(change, change.address.owner_key))
        self._inside[key].append(change)
        if change.kind is Kind.OBJECT_TYPE:
            self._own[key].append(change)
        if change.kind is Kind.ATTRIBUTE:
            known = self._of_attribute[key, element]
            known.append(change)
            removed = change.field is None and change.action is Edit.REMOVE
            if removed and isinstance(change.before, Mapping):
                name = change.names[-1] if change.names else element
                gone = attribute_in(change.before)
                self._attributes[key].append(replace(gone, name=name, external_id=element))
        if change.kind is Kind.MAPPING:
            self._mapped.add(key)

    def _ensure(self, key: str, path: Path) -> None:
        """Add the type and those of its ancestors that are missing."""
        if key in self._paths:
            return
        for depth in range(1, len(path)):
            if path[:depth] not in self._by_path:
                self._add(written_key(path[:depth]), path[:depth])
        self._add(key, path)

    def _add(self, key: str, path: Path) -> None:
        self._paths[key] = path
        self._by_path.setdefault(path, key)
        self._by_name.setdefault(path[-1], key)
        self._children[self._by_path.get(path[:-1]) if len(path) > 1 else None].append(key)


def near_changes(types: Sequence[DrawnType]) -> tuple[DrawnType, ...]:
    """Return the types that change, those they refer to or are referred to by, and all above."""
    changed = {number for number, drawn in enumerate(types) if _changes(drawn)}
    chosen = set(changed)
    for number, drawn in enumerate(types):
        targets = {each.to for each in drawn.references if each.to is not None}
        chosen |= targets if number in changed else ({number} if targets & changed else set())
    for number in tuple(chosen):
        above = types[number].parent
        while above is not None and above not in chosen:
            chosen.add(above)
            above = types[above].parent
    place = {number: at for at, number in enumerate(sorted(chosen))}
    return tuple(
        replace(
            types[number],
            parent=None if (above := types[number].parent) is None else place[above],
            references=tuple(
                replace(each, to=None if each.to is None else place.get(each.to))
                for each in types[number].references
            ),
        )
        for number in place
    )


def _changes(drawn: DrawnType) -> bool:
    return drawn.mark != UNCHANGED or any(each.mark != UNCHANGED for each in drawn.references)


def references_into(types: Sequence[DrawnType]) -> dict[int, list[tuple[int, int]]]:
    """Return the references by target: index of the type, and number of the reference in it."""
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, drawn in enumerate(types):
        for at, reference in enumerate(drawn.references):
            if reference.to is not None:
                found[reference.to].append((number, at))
    return dict(found)
