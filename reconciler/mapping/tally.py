"""Counts what a mapping makes of whole data: entries in, one by one, and a preview out.

Only counts, digests, a few sample objects and the texts that references compare are kept, so
memory grows by a few dozen bytes per object.
"""

from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

from reconciler.mapping.examples import Smallest, short_json, shorten_example, shown_id
from reconciler.mapping.grades import assumptions_met
from reconciler.mapping.lookup import Index
from reconciler.mapping.mapper import Maker, Mapper
from reconciler.mapping.objects import Lookup, MappedObject, ValueFaultKind
from reconciler.mapping.paths import Reader, reader
from reconciler.mapping.preview import DataFinding, FindingCount, Preview, TypeCount
from reconciler.mapping.samples import Samples
from reconciler.mapping.unmapped_fields import UnreadFields, locators_of

_Spot = tuple[DataFinding, str | None]  # the finding and its attribute
_MOST_SHAPES = 1000


def text_digest(*texts: str) -> bytes:
    """Return a fixed-size digest of *texts*, however long they are."""
    return blake2b(repr(texts).encode(), digest_size=16).digest()


class TypeTally:
    """The counts of one type. None of them depends on the order of the elements."""

    def __init__(self, maker: Maker, index: Index[None], sample: int) -> None:
        """Start without elements; objects are added to *index* for references to find."""
        spec = maker.spec
        self.maker = maker
        self._index = index
        self._samples = Samples(sample)
        self._elements = 0
        self._nameless = 0
        self._contents: dict[bytes, int] = {}  # content of the first entry with each identity
        self._others: set[tuple[bytes, int]] = set()
        self._shapes: dict[tuple[str, ...], int] = {}  # elements by the attributes they fill
        self._filled: Counter[str] = Counter()
        self._counts: Counter[_Spot] = Counter()
        self._examples: dict[_Spot, Smallest] = {}
        self._texts: dict[_Spot, Smallest] = {}
        self._owners: dict[str, dict[bytes, bytes]] = {
            a.key: {} for a in spec.attributes if a.unique
        }  # the first object with each value
        self._claims: set[bytes] = set()  # other objects with a value that has an owner
        self._asked: dict[str, dict[str, int]] = {r.key: {} for r in maker.references}
        self._lookups: dict[str, Lookup] = {}
        self._silent: dict[tuple[str, str], Reader] = {
            (a.key, locator): reader(locator) for a in spec.attributes for locator in locators_of(a)
        }

    def take(self, value: Any, where: str) -> None:
        """Record one match of the selector."""
        if type(value) is not dict:
            self._find(DataFinding.NOT_AN_OBJECT, None, short_json(value))
            return
        self._elements += 1
        if self._silent:
            self._listen(value)
        mapped = self.maker.make(value, where)
        shape = *mapped.values, *mapped.references
        self._shapes[shape] = self._shapes.get(shape, 0) + 1
        if len(self._shapes) > _MOST_SHAPES:
            self._count_filled()
        for fault in mapped.faults:
            text = _named(mapped, value) if fault.code is ValueFaultKind.MISSING else fault.value
            self._find(DataFinding(fault.code), fault.attribute, text, fault.text)
        self._samples.add(mapped)
        losses = self.maker.losses(mapped)
        for loss in losses:
            if loss is not DataFinding.MISSING:  # reported by its faults already
                self._find(loss, None, _named(mapped, value))
        if not losses:
            self._keep(mapped, shape)

    def _count_filled(self) -> None:
        """Spread the counts of the shapes over their attributes: there are fewer of these."""
        for shape, count in self._shapes.items():
            for key in shape:
                self._filled[key] += count
        self._shapes.clear()

    def count(self) -> TypeCount:
        """Return the counts; references are resolved against the present index."""
        self._count_filled()
        spec = self.maker.spec
        resolved = {
            key: sum(n for value, n in asked.items() if self._index.has(self._lookups[key], value))
            for key, asked in self._asked.items()
            if asked
        }
        return TypeCount(
            type=spec.key,
            names=spec.names,
            selector=spec.selector or "",
            entries=self._elements,
            objects=len(self._contents) + self._nameless,
            filled={a.key: self._filled[a.key] for a in spec.attributes if self._filled[a.key]},
            resolved=resolved,
            sample=self._samples.objects,
        )

    def found(self) -> Iterator[FindingCount]:
        """Yield the findings."""
        spec = self.maker.spec
        for (finding, attribute), count in self._counts.items():
            position = finding, attribute
            yield FindingCount(
                code=finding,
                count=count,
                type=spec.key,
                attribute=attribute,
                place=self._place(finding, attribute),
                examples=self._examples[position].texts,
                text=next(iter(self._texts[position].texts), None)
                if position in self._texts
                else None,
            )
        yield from self._unresolved()
        if not self._elements:
            if (DataFinding.NOT_AN_OBJECT, None) not in self._counts:
                yield FindingCount(
                    code=DataFinding.NO_ENTRY, count=0, type=spec.key, place=spec.selector
                )
            return
        for key, locator in self._silent:
            yield FindingCount(
                code=DataFinding.NO_VALUE,
                count=self._elements,
                type=spec.key,
                attribute=key,
                place=locator,
            )

    def _unresolved(self) -> Iterator[FindingCount]:
        for key, asked in self._asked.items():
            lost = [value for value in asked if not self._index.has(self._lookups[key], value)]
            if lost:
                examples = Smallest()
                for value in lost:
                    examples.add(shorten_example(value))
                yield FindingCount(
                    code=DataFinding.UNRESOLVED,
                    count=sum(asked[value] for value in lost),
                    type=self.maker.spec.key,
                    attribute=key,
                    place=self._place(DataFinding.UNRESOLVED, key),
                    examples=examples.texts,
                )

    def _keep(self, mapped: MappedObject, shape: tuple[str, ...]) -> None:
        """Record an object that Assets would create, with values of the attributes *shape*."""
        self._index.add(mapped, None)
        for key, lookup in mapped.references.items():
            if lookup.unescaped is not None:
                example = f"{_named(mapped)}: {short_json(lookup.unescaped)}"
                self._find(DataFinding.NOT_ESCAPED, key, example, lookup.unjudged)
                continue
            if lookup.unjudged is not None:
                self._find(
                    DataFinding.UNJUDGED, key, shorten_example(lookup.asked), lookup.unjudged
                )
                continue
            self._lookups.setdefault(key, lookup)
            asked = self._asked[key]
            for text in lookup.values:
                asked[text] = asked.get(text, 0) + 1
        identity = b"" if mapped.external_id is None else text_digest(*mapped.external_id)
        for key, owners in self._owners.items():
            for text in mapped.values.get(key, ()):
                self._own(key, text, identity, owners)
        if mapped.external_id is None:
            self._nameless += 1
            return
        # Equal for objects with the same values, and hardly ever else.
        asked_all = [lookup.asked for lookup in mapped.references.values()]
        content = hash((shape, *mapped.values.values(), *asked_all))
        if (first := self._contents.get(identity)) is None:
            self._contents[identity] = content
        elif first == content or (identity, content) in self._others:
            self._find(DataFinding.REPEATED, None, shown_id(mapped.external_id))
        else:
            self._others.add((identity, content))
            self._find(DataFinding.DUPLICATE, None, shown_id(mapped.external_id))

    def _own(self, key: str, text: str, identity: bytes, owners: dict[bytes, bytes]) -> None:
        """Find unique values shared by two objects; one without identity counts as another."""
        value = text_digest(text)
        owner = owners.get(value)
        if owner is None:
            owners[value] = identity
        elif not identity or owner != identity:
            claim = text_digest(key, text, identity.hex())
            if not identity or claim not in self._claims:
                self._claims.add(claim)
                self._find(DataFinding.NOT_UNIQUE, key, shorten_example(text))

    def _listen(self, element: dict[str, Any]) -> None:
        """Cross off the locators that have a value in this element."""
        heard = [each for each, read in self._silent.items() if read(element)]
        for each in heard:
            del self._silent[each]

    def _find(
        self, finding: DataFinding, attribute: str | None, example: str, text: str | None = None
    ) -> None:
        position = finding, attribute
        self._counts[position] += 1
        self._examples.setdefault(position, Smallest()).add(example)
        if text is not None:
            self._texts.setdefault(position, Smallest()).add(text)

    def _place(self, finding: DataFinding, attribute: str | None) -> str | None:
        """Return the part of the mapping that *finding* is about."""
        spec = self.maker.spec
        if finding is DataFinding.NOT_AN_OBJECT:
            return spec.selector
        if finding in {DataFinding.UNJUDGED, DataFinding.NOT_ESCAPED, DataFinding.UNRESOLVED}:
            return next((a.iql for a in spec.attributes if a.key == attribute), None)
        return None


def _named(mapped: MappedObject, element: dict[str, Any] | None = None) -> str:
    """Return a readable name for *mapped*, although it may lack something."""
    if mapped.external_id is not None:
        return shown_id(mapped.external_id)
    return shorten_example(mapped.label) if mapped.label else short_json(element)


_ORDER = {finding: number for number, finding in enumerate(DataFinding)}


class Tally:
    """Counts what one mapping makes of the entries of data."""

    def __init__(self, mapper: Mapper, sample: int = 0) -> None:
        """Start without entries; the preview holds *sample* objects of each type."""
        self._mapper = mapper
        self._index: Index[None] = Index(mapper)
        self._types = {m.spec.key: TypeTally(m, self._index, sample) for m in mapper.makers}
        self._unread = UnreadFields(mapper.types)
        self._entries = 0

    def take(self, root: str, entry: Any) -> None:
        """Record one entry of *root*."""
        self._entries += 1
        self._unread.take(root, entry)
        for maker, walk in self._mapper.selectors(root):
            take = self._types[maker.spec.key].take
            for where, value in walk(entry):
                take(value, where)

    def preview(self) -> Preview:
        """Return the findings for the entries recorded so far."""
        types = tuple(tally.count() for tally in self._types.values())
        findings = tuple(self._found())
        return Preview(
            entries=self._entries,
            types=types,
            findings=findings,
            assumptions=assumptions_met(self._mapper.types, types, findings),
            attributes=self._mapper.attribute_names(),
        )

    def _found(self) -> Iterator[FindingCount]:
        """Yield all findings: type by type, then those about the data as a whole."""
        for tally in self._types.values():
            yield from sorted(
                tally.found(), key=lambda f: (_ORDER[f.code], f.attribute or "", f.place or "")
            )
        for path, count in sorted(self._unread.counts().items()):
            yield FindingCount(code=DataFinding.UNREAD, count=count, place=path)
