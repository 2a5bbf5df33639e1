"""Three-way attribution of a difference: to git, to live, or to both (design.md#attribution).

Since the baseline the manifest changed, or live, or both: then the change is unapplied, drift,
or a conflict. A difference that existed at the baseline already is unapplied.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from reconciler.model.address import Address, Addresses
from reconciler.model.document import Document
from reconciler.model.fields import WRITE_ONLY
from reconciler.planning.comparison import Case, seed_of
from reconciler.planning.diff.align import align
from reconciler.planning.diff.difference import Sides
from reconciler.planning.diff.differences import differences
from reconciler.planning.inputs import Base
from reconciler.planning.plan import Attribution, Change, Edit

_ATTRIBUTIONS = {
    (True, True): Attribution.CONFLICT,
    (False, True): Attribution.DRIFT,
    (True, False): Attribution.UNAPPLIED,
    (False, False): Attribution.UNAPPLIED,
}


def attributed(changes: Sequence[Change], case: Case) -> list[Change]:
    """Return *changes* with their attribution; unchanged if there is no baseline."""
    base = case.given.base
    if base is None or base.desired is None or not changes:
        return list(changes)
    manifest = _moved(case, case.given.desired, base.desired, shown=WRITE_ONLY)
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
        # After an apply that was read back, live itself lost a mapping that is gone; whether a
        # commit was ever applied here is unknown.
        return Addresses.of(() if base.live is None else (c.address for c in changes))
    if base.live is None:
        return _moved(case, desired, live.document, shown=live.shown)
    # From the manifest's view: one without ids treats a renamed element as a different one.
    shown = live.shown & base.live.shown
    then = _seen(case, case.given.desired, base.live.document, shown=shown)
    now = _seen(case, case.given.desired, live.document, shown=shown)
    return Addresses.of(
        then.keys() ^ now.keys(),
        # Present then and now, but different: that says nothing about its contents.
        own=(address for address in then.keys() & now.keys() if then[address] != now[address]),
    )


def _moved(case: Case, one: Document, other: Document, *, shown: frozenset[str]) -> Addresses:
    return Addresses.of(_seen(case, one, other, shown=shown))


def _seen(
    case: Case, one: Document, other: Document, *, shown: frozenset[str]
) -> dict[Address, tuple[Edit, Any]]:
    """Return, by address, the differences between *one* and *other*, with *other*'s values."""
    desired, live = align(one, other, seed=seed_of(case.given.ref), by_ids=case.by_ids)
    sides = Sides(source=case.name, desired=desired, live=live, shown=shown)
    return {d.address: (d.edit, d.before) for d in differences(sides) if not d.write_only}
