"""Three-way attribution of a difference: to git, to live, or to both (design.md#attribution).

Since the baseline the manifest changed, or live, or both: then the change is unapplied, drift,
or a conflict. A difference that existed at the baseline already is unapplied.
"""

from collections.abc import Sequence
from typing import Any

from reconciler.model.address import Address, Addresses
from reconciler.model.document import Document
from reconciler.model.fields import WRITE_ONLY
from reconciler.planning.change import Attribution, Change, Edit, Kind
from reconciler.planning.comparison import Comparison, seed_of
from reconciler.planning.diff.align import align
from reconciler.planning.diff.difference import Sides
from reconciler.planning.diff.differences import differences
from reconciler.planning.inputs import Baseline
from reconciler.planning.last_sent import with_last_sent, without_unsent
from reconciler.value import replace

_ATTRIBUTIONS = {
    (True, True): Attribution.CONFLICT,
    (False, True): Attribution.DRIFT,
    (True, False): Attribution.UNAPPLIED,
    (False, False): Attribution.UNAPPLIED,
}


def attribute_changes(changes: Sequence[Change], comparison: Comparison) -> list[Change]:
    """Return *changes* with their attribution; unchanged if there is no baseline."""
    baseline = comparison.inputs.baseline
    if baseline is None or baseline.desired is None or not changes:
        return list(changes)
    manifest = _changed(comparison, comparison.inputs.desired, baseline.desired, shown=WRITE_ONLY)
    live = _live_changes(comparison, baseline, baseline.desired, changes)
    return [_attributed(change, manifest=manifest, live=live) for change in changes]


def _attributed(change: Change, *, manifest: Addresses, live: Addresses) -> Change:
    def moved(side: Addresses) -> bool:
        # The attributes of a new or orphaned type are changes of their own.
        is_alone = change.kind is Kind.OBJECT_TYPE and change.field is None
        return (side.touches_element if is_alone else side.touches)(change.address)

    sides = moved(manifest), moved(live)
    return replace(change, attribution=_ATTRIBUTIONS[sides], stood=not any(sides))


def _live_changes(
    comparison: Comparison, baseline: Baseline, desired: Document, changes: Sequence[Change]
) -> Addresses:
    live = comparison.inputs.live.document
    if live is None:
        # After an apply that was read back, live itself lost a mapping that is gone; whether a
        # commit was ever applied here is unknown.
        return Addresses.of(() if baseline.live is None else (c.address for c in changes))
    if baseline.live is None:
        return _changed(comparison, desired, live.document, shown=live.shown)
    # From the manifest's view: one without ids treats a renamed element as a different one.
    shown = live.shown & baseline.live.shown
    # What either hides is as it was last sent; of what the base hid and nobody sent, nothing is
    # known: the companion API shows it now.
    sent = baseline.last_sent
    before, after = (
        with_last_sent(without_unsent(each, shown, sent), sent) for each in (baseline.live, live)
    )
    if "statuses" not in baseline.live.shown:
        after = _with_statuses_of(before, after)
    elif "statuses" not in live.shown:
        before = _with_statuses_of(after, before)
    then = _seen(comparison, comparison.inputs.desired, before, shown=shown)
    now = _seen(comparison, comparison.inputs.desired, after, shown=shown)
    return Addresses.of(
        then.keys() ^ now.keys(),
        # Present then and now, but different: that says nothing about its contents.
        own=(address for address in then.keys() & now.keys() if then[address] != now[address]),
    )


def _with_statuses_of(one: Document, other: Document) -> Document:
    """Return *other* with those of its statuses alone that *one* has as well, by name."""
    known = {each.name for each in one.statuses}
    return replace(other, statuses=tuple(s for s in other.statuses if s.name in known))


def _changed(
    comparison: Comparison, one: Document, other: Document, *, shown: frozenset[str]
) -> Addresses:
    return Addresses.of(_seen(comparison, one, other, shown=shown))


def _seen(
    comparison: Comparison, one: Document, other: Document, *, shown: frozenset[str]
) -> dict[Address, tuple[Edit, Any]]:
    """Return, by address, the differences between *one* and *other*, with *other*'s values."""
    desired, live = align(one, other, seed=seed_of(comparison.inputs.ref), by_ids=comparison.by_ids)
    sides = Sides(
        source=comparison.name,
        desired=desired,
        live=live,
        shown=shown,
        names_schema=comparison.names_schema,
    )
    return {d.address: (d.edit, d.before) for d in differences(sides) if not d.write_only}
