"""A compiled mapping: turns the entries of data into the objects that they make.

A `Maker` does this for the elements of one object type, a `Mapper` for whole documents.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from reconciler.mapping.attribute import FilledAttribute
from reconciler.mapping.objects import Lookup, MappedObject, ValueFault, ValueFaultKind
from reconciler.mapping.paths import Walker, below, walker
from reconciler.mapping.preview import DataFinding
from reconciler.mapping.reference import FilledReference
from reconciler.mapping.spec import REFERENCE, Identity, TypeSpec, type_specs
from reconciler.mapping.texts import text_of
from reconciler.model.document import Document


class Maker:
    """Makes the objects of one type."""

    __slots__ = (
        "_identity",
        "_label",
        "_mandatory",
        "_parts",
        "_plain",
        "_unfilled",
        "references",
        "spec",
    )

    def __init__(self, spec: TypeSpec, types: Mapping[str, TypeSpec], *, elsewhere: bool) -> None:
        """Compile *spec*; *types* are all types of the document by key."""
        self.spec = spec
        self._label = spec.label
        self._identity = spec.identity
        references = [a for a in spec.attributes if a.type == REFERENCE]
        plain = [a for a in spec.attributes if a.type != REFERENCE]
        self.references = tuple(FilledReference(a, types, elsewhere=elsewhere) for a in references)
        filled = [FilledAttribute(a) for a in plain]
        self._plain = tuple((a.key, a.member, a.check, a.fill) for a in filled)
        self._parts = tuple((a.key, FilledAttribute(a).texts) for a in spec.attributes if a.part)
        self._mandatory = tuple(
            a.key for a in spec.attributes if a.minimum > 0 and a.key != spec.label
        )
        self._unfilled = tuple(
            _missing(a.key, "is mandatory, and no mapping fills it")
            for a in spec.unfilled
            if a.key != spec.label
        )

    def walker(self, root: str) -> Walker | None:
        """Return the walker that selects the elements of an entry of *root*, None if not in it."""
        rest = None if self.spec.selector is None else below(root, self.spec.selector)
        return None if rest is None else walker(rest)

    def make(self, element: dict[str, Any], where: str) -> MappedObject:
        """Return the object that *element* makes."""
        values: dict[str, tuple[str, ...]] = {}
        faults: list[ValueFault] = []
        for key, member, check, fill in self._plain:
            if member is not None:
                text = element.get(member)
                if text is None or text == "":
                    continue
                if type(text) is not str:
                    text = text_of(text)
                if text is not None and (check is None or check(text)):
                    values[key] = (text,)
                    continue
            fill(element, values, faults)
        references: dict[str, Lookup] = {}
        for reference in self.references:
            if (lookup := reference.lookup(element)) is not None:
                references[reference.key] = lookup
        faults += [
            _missing(key, "is mandatory, and has no value")
            for key in self._mandatory
            if key not in values and key not in references
        ]
        faults += self._unfilled
        label = None if self._label is None else values.get(self._label)
        return MappedObject(
            type_key=self.spec.key,
            external_id=self._external_id(element, label, {} if faults else values),
            label=label[0] if label else None,
            values=values,
            references=references,
            faults=tuple(faults),
            where=where,
        )

    def losses(self, mapped: MappedObject) -> list[DataFinding]:
        """Return the reasons why Assets would not create *mapped*; empty if it would."""
        found = []
        identity = self._identity
        if identity is Identity.PARTS and mapped.external_id is None:
            found.append(DataFinding.NO_ID)
        elif identity is not Identity.NONE and self._label is not None and mapped.label is None:
            found.append(DataFinding.NO_LABEL)
        if mapped.faults and any(f.code is ValueFaultKind.MISSING for f in mapped.faults):
            found.append(DataFinding.MISSING)
        return found

    def _external_id(
        self,
        element: dict[str, Any],
        label: tuple[str, ...] | None,
        valid: Mapping[str, tuple[str, ...]],
    ) -> tuple[str, ...] | None:
        """Return the parts of the identity; without `externalIdPart` the label is the identity.

        *valid* are values of attributes that have no invalid ones, so they need not be read again.
        """
        if not self._parts:
            return label[:1] if label else None
        parts = tuple([" ".join(valid.get(key) or read(element)) for key, read in self._parts])
        return parts if any(parts) else None


def _missing(key: str, text: str) -> ValueFault:
    return ValueFault(attribute=key, code=ValueFaultKind.MISSING, value="", text=text)


class SelectedElement(NamedTuple):
    """One match of a selector: its maker, its place below the root entry, and the value."""

    maker: Maker
    where: str
    value: Any


class Mapper:
    """The objects that the mapping of one document makes of data."""

    def __init__(self, specs: tuple[TypeSpec, ...], *, elsewhere: bool = False) -> None:
        """Compile *specs*."""
        types = {spec.key: spec for spec in specs}
        self._makers = {
            spec.key: Maker(spec, types, elsewhere=elsewhere)
            for spec in specs
            if spec.selector is not None
        }
        self._selectors: dict[str, tuple[tuple[Maker, Walker], ...]] = {}

    @classmethod
    def of(cls, document: Document, *, elsewhere: bool = False) -> "Mapper":
        """Return the mapper of *document*, desired or live.

        With *elsewhere* its references find what other mappings and earlier imports have made.
        """
        return cls(type_specs(document), elsewhere=elsewhere)

    @property
    def makers(self) -> tuple[Maker, ...]:
        """The makers of all types that the mapping fills."""
        return tuple(self._makers.values())

    @property
    def types(self) -> tuple[TypeSpec, ...]:
        """The object types that the mapping fills."""
        return tuple(maker.spec for maker in self._makers.values())

    @property
    def roots(self) -> frozenset[str]:
        """The first segments of the selectors: the roots of the data that hold entries."""
        return frozenset((spec.selector or "").partition(".")[0] for spec in self.types)

    @property
    def references(self) -> tuple[FilledReference, ...]:
        """All references that the mapping fills."""
        return tuple(r for maker in self._makers.values() for r in maker.references)

    def attribute_names(self) -> dict[str, str]:
        """Return the names of attributes by key."""
        return {a.key: a.name for t in self.types for a in (*t.attributes, *t.unfilled)}

    def elements(self, root: str, entry: Any) -> Iterator[SelectedElement]:
        """Yield every match of the selectors in one entry of *root*, objects or not."""
        for maker, walk in self.selectors(root):
            for where, value in walk(entry):
                yield SelectedElement(maker, where, value)

    def objects(self, root: str, entry: Any) -> Iterator[MappedObject]:
        """Yield the objects that one entry of *root* makes, type by type."""
        for maker, where, value in self.elements(root, entry):
            if type(value) is dict:
                yield maker.make(value, where)

    def losses(self, mapped: MappedObject) -> list[DataFinding]:
        """Return the reasons why Assets would not create *mapped*; empty if it would."""
        return self._makers[mapped.type_key].losses(mapped)

    def selectors(self, root: str) -> tuple[tuple[Maker, Walker], ...]:
        """Return the makers that read entries of *root*, each with what selects its elements."""
        selectors = self._selectors.get(root)
        if selectors is None:
            found = ((maker, maker.walker(root)) for maker in self._makers.values())
            selectors = tuple((maker, walk) for maker, walk in found if walk is not None)
            if selectors:  # there may be any number of unmapped roots
                self._selectors[root] = selectors
        return selectors
