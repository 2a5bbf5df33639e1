"""The object types that a sample of data suggests, each with a mapping and with reasons."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

from reconciler.mapping.inference.columns import TEXT, ColumnType, column_type
from reconciler.mapping.inference.identity import (
    IdentityChoice,
    Paths,
    identity_of,
    is_full_name,
    label_of,
)
from reconciler.mapping.inference.names import (
    GENERIC,
    FreeNames,
    is_reserved,
    singular,
    slug,
    steps_of,
    title,
)
from reconciler.mapping.inference.references import (
    ReferenceTarget,
    are_in_the_way,
    comparison,
    target_of,
)
from reconciler.mapping.inference.sample import Column, ElementTable
from reconciler.mapping.inference.tables import Link
from reconciler.mapping.preview import DataFinding
from reconciler.mapping.spec import REFERENCE
from reconciler.model.display import count
from reconciler.value import Value, replace

_NUMBERS = frozenset({"integer", "double"})


# What all of the data refute of what a sample suggested: what was found, the selector, the paths.
Correction = tuple[DataFinding, str, Paths]
NO_CORRECTIONS: frozenset[Correction] = frozenset()


class InferredAttribute(Value):
    """An attribute and what fills it: `locators`, and for a reference to `target` an `iql`."""

    external_id: str
    name: str
    type: str
    locators: Paths
    is_label: bool = False
    is_part: bool = False
    is_list: bool = False
    target: str | None = None
    iql: str | None = None
    notes: tuple[str, ...] = ()


class InferredType(Value):
    """An object type, what identifies its objects, and what a person should know about it."""

    external_id: str
    name: str
    selector: str
    identity: IdentityChoice
    attributes: tuple[InferredAttribute, ...]
    notes: tuple[str, ...] = ()


def inferred_types(
    tables: Sequence[ElementTable],
    links: Sequence[Link],
    *,
    called: str,
    id_base: str,
    corrections: frozenset[Correction] = NO_CORRECTIONS,
) -> tuple[InferredType, ...]:
    """Return the object types of *tables* with *links*, whose data are *called* so.

    Their external ids begin with *id_base*.
    """
    type_names, type_ids = FreeNames(), FreeNames()
    drafts = []
    for table in tables:
        name = _type_name(table, called, type_names)
        external_id = type_ids.free(f"{id_base}/{slug(name)}", joint="-")
        drafts.append(_Draft(table, name, external_id, corrections))
    by_table = {id(draft.table): draft for draft in drafts}
    for draft in drafts:
        draft.refer(drafts, by_table, [link for link in links if link.source is draft.table])
    return tuple(draft.made() for draft in drafts)


def _type_name(table: ElementTable, called: str, names: FreeNames) -> str:
    steps = [step for step in table.selector.split(".") if step.lower() not in GENERIC]
    if not steps or slug(steps[-1]) == slug(called):
        steps = [called]
    own = singular(steps[-1]) or "Record"
    return names.free(own, f"{singular(steps[-2])} {own}".strip() if len(steps) > 1 else own)


class _Draft:
    """One object type in the making."""

    def __init__(
        self, table: ElementTable, name: str, external_id: str, corrections: frozenset[Correction]
    ) -> None:
        self.table = table
        self.name = name
        self.external_id = external_id
        refuted: dict[DataFinding, set[Paths]] = defaultdict(set)
        for found, selector, paths in corrections:
            if selector == table.selector:
                refuted[found].add(paths)
        self._lists = refuted[DataFinding.TOO_MANY]
        as_texts = refuted[DataFinding.WRONG_TYPE]
        self._types = {
            path: _as_text(column) if (path,) in as_texts else column_type(column)
            for path, column in table.columns.items()
        }
        types = {path: each.type for path, each in self._types.items()}
        self.identity = identity_of(table, name, types, refuted[DataFinding.DUPLICATE])
        self._label = label_of(table, self.identity, types, refuted[DataFinding.NO_LABEL])
        self._names = FreeNames()
        self._ids = FreeNames()
        self._titles: dict[Paths, str] = {self._label: self._title_of(self._label, is_label=True)}
        for path in table.columns:
            if (path,) not in self._titles:
                self._titles[path,] = self._title_of((path,), is_label=False)
        self._references: dict[str, ReferenceTarget[_Draft]] = {}
        self._more: list[InferredAttribute] = []
        self._notes = [f"identity {self.identity.reason}"]
        if repeated := table.elements - table.rows:
            repeat = count(repeated, "element repeats", "elements repeat")
            self._notes.append(f"{repeat} the values of another, and both make one object")

    def _title_of(self, paths: Paths, *, is_label: bool) -> str:
        if len(paths) != 1:
            return self._names.free("Full Name" if is_full_name(paths) else f"{self.name} Title")
        steps = steps_of(paths[0])
        own = " ".join(filter(None, map(title, steps))) or "Field"
        whole = title(paths[0]) or "Field"
        if is_reserved(own) and not (is_label and own == "Name"):
            own = whole = f"{self.name} {own}"
        return self._names.free(own, whole)

    @property
    def key(self) -> tuple[str, str] | None:
        """The path and the name of the one attribute that identifies its objects."""
        if len(self.identity.paths) != 1 or not self.identity.is_certain:
            return None
        return self.identity.paths[0], self._titles[self.identity.paths]

    @cached_property
    def keys(self) -> frozenset[str]:
        """The values of that attribute."""
        return frozenset(self.table.columns[self.key[0]].texts) if self.key else frozenset()

    def refer(
        self, drafts: Sequence["_Draft"], by_table: Mapping[int, "_Draft"], links: Collection[Link]
    ) -> None:
        """Find what the elements refer to: their nested objects and lists, and keys of others."""
        for link in links:
            target = by_table[id(link.target)]
            note = f"an object that {count(link.target.elements, 'element')} share"
            self._link(target, link.path, note, is_list=False)
        for path, below in self.table.below.items():
            if (target_below := by_table.get(id(below))) is not None:
                self._link(target_below, path, "the entries of a nested list", is_list=True)
        for path, column in self.table.columns.items():
            if path not in self.identity.paths and (path,) != self._label:
                found = target_of(column, self, drafts)
                if found is not None:
                    self._references[path] = found

    def _link(self, target: "_Draft", path: str, note: str, *, is_list: bool) -> None:
        key, called = target.key or ("", "")
        iql = comparison(called, f"{path}.{key}", is_list=is_list) if key else None
        if iql is None or are_in_the_way(target.table.columns[key]):
            why = "no one field identifies it" if not key else "AQL may misread its key"
            target._notes.append(f"{self.name} does not refer to it: {why}")  # noqa: SLF001 - its own class
            return
        name = self._title_of((path,), is_label=False)
        self._more.append(
            InferredAttribute(
                external_id=self._id_of(name),
                name=name,
                type=REFERENCE,
                locators=(f"{path}.{key}",),
                is_list=is_list,
                target=target.external_id,
                iql=iql,
                notes=(note,),
            )
        )

    def _id_of(self, name: str) -> str:
        return f"{self.external_id}/{self._ids.free(slug(name), joint='-')}"

    def made(self) -> InferredType:
        """Return the object type."""
        return InferredType(
            external_id=self.external_id,
            name=self.name,
            selector=self.table.selector,
            identity=self.identity,
            attributes=(*(self._attribute(paths) for paths in self._titles), *self._more),
            notes=tuple(self._notes),
        )

    def _attribute(self, paths: Paths) -> InferredAttribute:
        name = self._titles[paths]
        label = paths == self._label
        made = InferredAttribute(
            external_id=self._id_of(name), name=name, type=TEXT, locators=paths, is_label=label
        )
        if is_full_name(paths):
            return made
        if len(paths) != 1:
            note = "no field is always filled: the values of these name an object"
            return replace(made, notes=(note,))
        (path,) = paths
        column, known = self.table.columns[path], self._types[path]
        is_part = path in self.identity.paths
        notes = [*known.notes]
        if column.objects:
            notes.append(f"{count(column.objects, 'value is an object', 'values are objects')}")
        if is_part and known.type in _NUMBERS and column.has_texts:
            known = ColumnType(type=TEXT)
        is_list = (path,) in self._lists or self.table.takes_several(column)
        if (found := self._references.get(path)) is not None:
            iql = comparison(found.key, path, is_list=is_list)
            return replace(
                made,
                type=REFERENCE,
                target=found.candidate.external_id,
                iql=iql,
                is_list=is_list,
                notes=(found.why,),
            )
        return replace(made, type=known.type, is_part=is_part, is_list=is_list, notes=tuple(notes))


def _as_text(column: Column) -> ColumnType:
    known = column_type(column)
    text = f"not {known.type}: further data have other values"
    return known if known.type == TEXT else ColumnType(type=TEXT, notes=(text,))


def reasons_of(types: Sequence[InferredType]) -> Iterator[tuple[str, str]]:
    """Yield external ids with what a person should know about what has them."""
    for object_type in types:
        for note in object_type.notes:
            yield object_type.external_id, note
        for attribute in object_type.attributes:
            for note in attribute.notes:
                yield attribute.external_id, note
