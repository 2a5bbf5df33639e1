"""A few objects to show of all that data make, whatever the order of the data."""

from bisect import insort
from typing import Any

from reconciler.mapping.objects import MappedObject


class Samples:
    """Keeps the first *most* objects by external id; those without one come last.

    Of several objects with one external id the first in order of content is kept.
    """

    __slots__ = ("_kept", "_most")

    def __init__(self, most: int) -> None:
        """Start without objects."""
        self._most = most
        self._kept: list[MappedObject] = []

    def add(self, mapped: MappedObject) -> None:
        """Add *mapped*."""
        if not self._most:
            return
        kept = self._kept
        if len(kept) == self._most and _rank(kept[-1]) <= _rank(mapped):
            return
        if mapped.external_id is not None:
            for at, other in enumerate(kept):
                if other.external_id == mapped.external_id:
                    kept[at] = min(mapped, other, key=_rank)
                    return
        insort(kept, mapped, key=_rank)
        del kept[self._most :]

    @property
    def objects(self) -> tuple[MappedObject, ...]:
        """The objects in order."""
        return tuple(self._kept)


def _rank(mapped: MappedObject) -> tuple[Any, ...]:
    """Return the sort key of objects; equal only for those that look alike."""
    identity = mapped.external_id
    return (
        identity is None,
        identity or (),
        mapped.where,
        sorted(mapped.values.items()),
        sorted((key, lookup.asked) for key, lookup in mapped.references.items()),
        [(fault.attribute, fault.code, fault.value) for fault in mapped.faults],
    )
