"""What changes of live since planning mean for a saved plan (design.md#staleness).

Parts that the operation neither reads nor writes may change: it is sent nevertheless. If a part
that it read has changed, either planning again would give the very same operation, or the two
conflict; both are refused and reported.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from reconciler.model.address import Address, Addresses
from reconciler.model.document import Document
from reconciler.model.normalise import LiveDocument
from reconciler.model.object_schema import FROM_ASSETS
from reconciler.model.policy import Undocumented
from reconciler.model.wire import document_digest, has_external_ids, read_document
from reconciler.planning.change import Change, Edit, Kind
from reconciler.planning.comparison import Comparison, comparison_of, live_at_planning
from reconciler.planning.diff.align import align
from reconciler.planning.diff.difference import Difference, Sides
from reconciler.planning.diff.differences import differences
from reconciler.planning.last_sent import as_shown, hidden_values
from reconciler.planning.operation.build import body_of, outcome_of
from reconciler.planning.operation.footprint import footprint
from reconciler.planning.plan import SourcePlan
from reconciler.planning.verdict.judge import Judge
from reconciler.semantics.response import Accepted
from reconciler.value import Value


class Relevance(StrEnum):
    """How relevant a changed part of live is to the plan."""

    IRRELEVANT = "irrelevant"
    REBASABLE = "rebasable"
    CONFLICT = "conflict"


class LiveChange(Value):
    """One changed part of live, `before` and `after`, and its relevance to the plan."""

    change: Change
    relevance: Relevance


class Staleness(Value):
    """The changes of live since the plan was made.

    `relevance` is the worst of them; `live_changes` lists manageable parts, by address.
    `applied`: live already is as the operation would leave it.
    """

    relevance: Relevance
    live_changes: tuple[LiveChange, ...] = ()
    applied: bool = False


def staleness(plan: SourcePlan, now: LiveDocument | None) -> Staleness:
    """Compare live *now*, which has changed, with live as *plan* knew it."""
    if plan.operation is None or now is None:
        return Staleness(relevance=Relevance.CONFLICT)
    sent = Addresses.of(c.address for c in plan.changes if c.verdict.is_sent)
    body = read_document(plan.operation.body)
    comparison = comparison_of(plan, _shown_as_then(plan, now, body))
    read_now = footprint(comparison, body)
    read_then = _read_then(plan, comparison, body)
    touched = frozenset(a for a, was in read_then.items() if read_now.get(a) != was)
    live_changes = _live_changes(plan, now)
    found = list(differences(comparison.sides))
    relevance = Relevance.IRRELEVANT
    refused = not isinstance(outcome_of(comparison, body), Accepted)
    if touched or refused:
        overlaps = refused or any(sent.touches(c.address) for c in live_changes)
        known = {c.address for c in plan.changes}
        again = [d for d in found if d.address in known or not _is_overwritten(d)]
        same = not overlaps and _body_digest(comparison, again, sent) == plan.operation.body_digest
        relevance = Relevance.REBASABLE if same else Relevance.CONFLICT
    return Staleness(
        relevance=relevance,
        live_changes=tuple(
            LiveChange(
                change=c,
                relevance=relevance if refused or c.part in touched else Relevance.IRRELEVANT,
            )
            for c in live_changes
        ),
        applied=bool(touched)
        and not any(sent.touches(d.address) for d in found if not d.write_only),
    )


def _shown_as_then(plan: SourcePlan, now: LiveDocument, body: Document) -> LiveDocument:
    """Return live *now* without what was hidden at planning, unless *body* would overwrite it.

    Live without icons is one that hides them: what a source before this one sent shows them.
    """
    shown = now.shown.intersection(plan.evidence.shown)
    if shown == now.shown:
        return now
    there = dict(hidden_values(now.document))
    if any(there.get(what, value) != value for what, value in hidden_values(body)):
        return now
    return LiveDocument(document=as_shown(now.document, shown), shown=shown)


def _read_then(plan: SourcePlan, comparison: Comparison, body: Document) -> Mapping[Address, str]:
    """Return what the operation read at planning, as far as live can show it now.

    What `schemaAuth` showed then, importsource may hide (`live_with`).
    """
    then, now = live_at_planning(plan), comparison.inputs.live.document
    if then is None or now is None or not (hidden := FROM_ASSETS & then.shown - now.shown):
        return plan.reads
    shown = then.shown - hidden
    then = LiveDocument(document=as_shown(then.document, shown), shown=shown)
    return footprint(comparison_of(plan, then), body)


def _live_changes(plan: SourcePlan, now: LiveDocument) -> tuple[Change, ...]:
    """Return the changes of live until *now*: `before` then, `after` now."""
    after, before = align(
        now.document,
        read_document(plan.evidence.live) if plan.evidence.live else Document(),
        seed=plan.source,
        by_ids=has_external_ids(plan.evidence.desired),
    )
    shown = now.shown.intersection(plan.evidence.shown)
    sides = Sides(source=plan.source, desired=after, live=before, shown=shown)
    judge = Judge(puts=False, undocumented=Undocumented.ATTEMPT)
    return tuple(judge.change(d) for d in differences(sides) if not d.write_only)


def _is_overwritten(difference: Difference) -> bool:
    """Return whether sending its mapping overwrites *difference*, which was not to be kept."""
    is_mapped = difference.kind in {Kind.MAPPING, Kind.ATTRIBUTE_MAPPING}
    return is_mapped and difference.edit is not Edit.ADD


def _body_digest(comparison: Comparison, found: Sequence[Difference], sent: Addresses) -> str:
    """Return the digest of the body that planning again would make of the same changes."""
    again = [d for d in found if d.address in sent.exact]
    seen = [d for d in found if not d.write_only or d.address in sent.exact]
    return document_digest(body_of(comparison, seen, again))
