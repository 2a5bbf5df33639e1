"""Who moved: the manifest, live, or both, since a base that both once agreed with.

The base is what the last apply sent (the journal's receipt) or the manifest of a git
commit (design.md sections 5 and 6).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from reconciler.model.document import Document
from reconciler.planning.align import Side
from reconciler.planning.difference import EVERYTHING, Sides
from reconciler.planning.differences import differences
from reconciler.planning.plan import Change


class Attribution(StrEnum):
    """Why a change is there."""

    UNAPPLIED = "unapplied"
    DRIFT = "drift"
    CONFLICT = "conflict"


@dataclass(frozen=True, kw_only=True, slots=True)
class Base:
    """What manifest and live once agreed on.

    `without_effect` holds what was sent then and read back unchanged, by address: its
    desired value (design.md section 6, patch-undocumented).
    """

    document: Document
    without_effect: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Moves:
    """The addresses at which the manifest moved since the base, and those at which live did."""

    manifest: frozenset[str]
    live: frozenset[str]

    @classmethod
    def since(cls, base: Side, *, sides: Sides) -> "Moves":
        """Return how far both sides are from *base*, which is aligned with them."""
        ours = replace(sides, live=base, shown=EVERYTHING)
        theirs = replace(sides, desired=base)
        return cls(
            manifest=frozenset(d.address for d in differences(ours)),
            live=frozenset(d.address for d in differences(theirs) if not d.write_only),
        )

    def attribute(self, changes: Iterable[Change]) -> tuple[Change, ...]:
        """Return *changes* with their attribution."""
        return tuple(replace(c, attribution=self.of(c.address)) for c in changes)

    def of(self, address: str) -> Attribution | None:
        """Return who moved at *address*, or at an element that holds it; None where neither did."""
        match _covers(self.manifest, address), _covers(self.live, address):
            case True, True:
                return Attribution.CONFLICT
            case True, False:
                return Attribution.UNAPPLIED
            case False, True:
                return Attribution.DRIFT
            case _:
                return None


def _covers(moved: frozenset[str], address: str) -> bool:
    if address in moved:
        return True
    at = address.find("/")
    while at != -1:
        if address[:at] in moved:
            return True
        at = address.find("/", at + 1)
    return False
