"""What a mapping makes of whole data: entries in, one by one, and a preview out.

Kept of an entry are counts, digests and the texts that references compare, so that memory
grows by some dozen bytes an object.
"""

from collections.abc import Iterator
from typing import Any

from reconciler.mapping.grades import assumptions_met
from reconciler.mapping.mapper import Mapper
from reconciler.mapping.preview import Finding, Found, Preview
from reconciler.mapping.resolve import Index
from reconciler.mapping.type_tally import TypeTally
from reconciler.mapping.unread import UnreadFields

_ORDER = {finding: number for number, finding in enumerate(Finding)}


class Tally:
    """Counts what the entries of data make by one mapping."""

    def __init__(self, mapper: Mapper, sample: int = 0) -> None:
        """Begin without entries; the preview holds *sample* objects of each type."""
        self._mapper = mapper
        self._index: Index[None] = Index(mapper)
        self._types = {m.spec.key: TypeTally(m, self._index, sample) for m in mapper.makers}
        self._unread = UnreadFields(mapper.types)
        self._entries = 0

    def take(self, root: str, entry: Any) -> None:
        """Take one entry of *root* into account."""
        self._entries += 1
        self._unread.take(root, entry)
        for maker, where, value in self._mapper.elements(root, entry):
            self._types[maker.spec.key].take(value, where)

    def preview(self) -> Preview:
        """Return what there is to say about the entries taken so far."""
        types = tuple(tally.count() for tally in self._types.values())
        findings = tuple(self._found())
        return Preview(
            entries=self._entries,
            types=types,
            findings=findings,
            assumptions=assumptions_met(self._mapper.types, types, findings),
            attributes=self._mapper.attribute_names(),
        )

    def _found(self) -> Iterator[Found]:
        """Yield all findings: type by type, those of the whole at last."""
        for tally in self._types.values():
            yield from sorted(
                tally.found(), key=lambda f: (_ORDER[f.code], f.attribute or "", f.place or "")
            )
        for path, count in sorted(self._unread.counts().items()):
            yield Found(code=Finding.UNREAD, count=count, place=path)
