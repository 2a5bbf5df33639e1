"""Whose doing a difference is, three ways: git's, live's, or both (issue B, Attribution).

The manifest moved since the base, or live did, or both: then the change is unapplied,
drift, or a conflict. A difference that stood between the two already then is unapplied.
"""

from collections.abc import Sequence
from dataclasses import replace

from reconciler.model.document import Document
from reconciler.planning.addresses import Addresses
from reconciler.planning.align import align
from reconciler.planning.base import Base
from reconciler.planning.case import Case, seed_of
from reconciler.planning.difference import EVERYTHING, Sides
from reconciler.planning.differences import differences
from reconciler.planning.plan import Attribution, Change

_ATTRIBUTIONS = {
    (True, True): Attribution.CONFLICT,
    (False, True): Attribution.DRIFT,
    (True, False): Attribution.UNAPPLIED,
    (False, False): Attribution.UNAPPLIED,
}


def attributed(changes: Sequence[Change], case: Case) -> list[Change]:
    """Return *changes*, each with who moved since the base; as they are where there is none."""
    base = case.given.base
    if base is None or base.desired is None or not changes:
        return list(changes)
    manifest = _moved(case, case.given.desired, base.desired, shown=EVERYTHING)
    live = _live_moved(case, base, base.desired, changes)
    return [
        replace(
            change,
            attribution=_ATTRIBUTIONS[
                manifest.touches(change.address), live.touches(change.address)
            ],
        )
        for change in changes
    ]


def _live_moved(case: Case, base: Base, desired: Document, changes: Sequence[Change]) -> Addresses:
    live = case.given.live.document
    if live is None:
        # After an apply that was read back, a mapping that is gone is live's own doing; that a
        # commit was ever applied here, nobody knows.
        return Addresses.of(() if base.live is None else (c.address for c in changes))
    if base.live is None:
        return _moved(case, desired, live.document, shown=live.shown)
    return _moved(case, live.document, base.live.document, shown=live.shown & base.live.shown)


def _moved(case: Case, one: Document, other: Document, *, shown: frozenset[str]) -> Addresses:
    desired, live = align(one, other, seed=seed_of(case.given.ref), by_ids=case.by_ids)
    sides = Sides(source=case.name, desired=desired, live=live, shown=shown)
    return Addresses.of(d.address for d in differences(sides) if not d.write_only)
