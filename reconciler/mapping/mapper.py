"""A whole mapping, compiled: from the entries of data to the objects that they make."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from reconciler.mapping.maker import Maker
from reconciler.mapping.objects import MappedObject
from reconciler.mapping.paths import Walker
from reconciler.mapping.preview import Finding
from reconciler.mapping.reference import FilledReference
from reconciler.mapping.typespec import TypeSpec, type_specs
from reconciler.model.document import Document


class Element(NamedTuple):
    """Something that a selector met: for whom, where below the root entry, and what."""

    maker: Maker
    where: str
    value: Any


class Mapper:
    """What the mapping of one document makes of data."""

    def __init__(self, specs: tuple[TypeSpec, ...]) -> None:
        """Compile *specs*."""
        types = {spec.key: spec for spec in specs}
        self._makers = {spec.key: Maker(spec, types) for spec in specs if spec.selector is not None}
        self._walkers: dict[str, tuple[tuple[Maker, Walker], ...]] = {}

    @classmethod
    def of(cls, document: Document) -> "Mapper":
        """Return the mapper of *document*, a manifest's or live."""
        return cls(type_specs(document))

    @property
    def makers(self) -> tuple[Maker, ...]:
        """What makes the objects of each type that the mapping fills."""
        return tuple(self._makers.values())

    @property
    def types(self) -> tuple[TypeSpec, ...]:
        """The object types that the mapping fills."""
        return tuple(maker.spec for maker in self._makers.values())

    @property
    def roots(self) -> frozenset[str]:
        """The first segments of the selectors: where in the data the entries are."""
        return frozenset((spec.selector or "").partition(".")[0] for spec in self.types)

    @property
    def references(self) -> tuple[FilledReference, ...]:
        """All references that the mapping fills."""
        return tuple(r for maker in self._makers.values() for r in maker.references)

    def attribute_names(self) -> dict[str, str]:
        """Return the names of attributes, by their keys."""
        return {a.key: a.name for t in self.types for a in (*t.attributes, *t.unfilled)}

    def elements(self, root: str, entry: Any) -> Iterator[Element]:
        """Yield what the selectors meet in one entry of *root*: objects, and what is none."""
        for maker, walk in self._of_root(root):
            for where, value in walk(entry):
                yield Element(maker, where, value)

    def objects(self, root: str, entry: Any) -> Iterator[MappedObject]:
        """Yield the objects that one entry of *root* makes, by type."""
        for maker, where, value in self.elements(root, entry):
            if type(value) is dict:
                yield maker.make(value, where)

    def losses(self, mapped: MappedObject) -> list[Finding]:
        """Return why Assets would not make *mapped* an object; empty where it would."""
        return self._makers[mapped.type_key].losses(mapped)

    def _of_root(self, root: str) -> tuple[tuple[Maker, Walker], ...]:
        walkers = self._walkers.get(root)
        if walkers is None:
            found = ((maker, maker.walker(root)) for maker in self._makers.values())
            walkers = tuple((maker, walk) for maker, walk in found if walk is not None)
            if walkers:  # roots that nobody reads may be any number
                self._walkers[root] = walkers
        return walkers
