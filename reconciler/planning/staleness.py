"""What it means for a saved plan that live moved after it was made (design.md section 7).

Parts that the operation neither reads nor writes may move: it is sent all the same.
Where one that it read moved, either planning again would give the very same operation,
or the two conflict; both are refused, and said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from reconciler.manifest.project_model import Undocumented
from reconciler.model.canonical import digest
from reconciler.model.normalise import LiveDocument
from reconciler.model.source import Live, SourceRef
from reconciler.model.wire import has_external_ids, read_document, write_document
from reconciler.planning.addresses import Addresses
from reconciler.planning.align import align
from reconciler.planning.base import Base
from reconciler.planning.case import Case
from reconciler.planning.difference import Difference, Sides
from reconciler.planning.differences import differences
from reconciler.planning.footprint import footprint
from reconciler.planning.judge import Judge
from reconciler.planning.options import PlanOptions
from reconciler.planning.plan import Change, Kind, SourcePlan
from reconciler.planning.remembered import remember
from reconciler.planning.source_input import SourceInput
from reconciler.semantics.outcome import Accepted


class Relevance(StrEnum):
    """What a part of live that moved is to the plan."""

    IRRELEVANT = "irrelevant"
    REBASABLE = "rebasable"
    CONFLICT = "conflict"


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """One part of live that moved, `before` and `after`, and what it is to the plan."""

    change: Change
    relevance: Relevance


@dataclass(frozen=True, kw_only=True, slots=True)
class Staleness:
    """What became of live since the plan was made.

    `relevance` is the gravest; `moved` lists what any manifest could manage, by address.
    `applied`: live is by now as the operation would leave it.
    """

    relevance: Relevance
    moved: tuple[Moved, ...] = ()
    applied: bool = False


def staleness(plan: SourcePlan, now: LiveDocument) -> Staleness:
    """Return what *now*, which is not what was live for the PATCH *plan*, means for it."""
    if plan.operation is None or plan.evidence.live is None:
        return Staleness(relevance=Relevance.CONFLICT)
    case = case_of(plan, now)
    sent = Addresses.of(c.address for c in plan.changes if c.verdict.is_sent)
    body = read_document(plan.operation.body)
    read_now = footprint(case.sides_shown(), body)
    touched = frozenset(a for a, was in plan.reads.items() if read_now.get(a) != was)
    moved = _moved(plan, now)
    found = case.differences()
    relevance = Relevance.IRRELEVANT
    refused = not isinstance(case.outcome(body), Accepted)
    if touched or refused:
        overlaps = refused or any(sent.touches(c.address) for c in moved)
        same = not overlaps and _body_digest(case, found, sent) == plan.operation.body_digest
        relevance = Relevance.REBASABLE if same else Relevance.CONFLICT
    return Staleness(
        relevance=relevance,
        moved=tuple(
            Moved(
                change=c,
                relevance=relevance if refused or _is_part_of(c, touched) else Relevance.IRRELEVANT,
            )
            for c in moved
        ),
        applied=bool(touched)
        and not any(sent.touches(d.address) for d in found if not d.write_only),
    )


def case_of(plan: SourcePlan, live: LiveDocument | None) -> Case:
    """Return the case that *plan* was, with *live* instead of what was live then."""
    ref = SourceRef(
        name=plan.source,
        import_source_id=plan.import_source_id,
        workspace_id=plan.workspace_id,
    )
    known = plan.evidence.remembered
    given = SourceInput(
        ref=ref,
        desired=read_document(plan.evidence.desired),
        live=Live(status=plan.config_status, document=live),
        base=Base(name="plan", desired=None, remembered=remember([read_document(known)]))
        if known
        else None,
    )
    sync = plan.operation is not None and not plan.operation.query
    return Case.of(given, PlanOptions(sync=sync), {})


def _moved(plan: SourcePlan, now: LiveDocument) -> tuple[Change, ...]:
    """Return how live is *now* against what it was: `before` then, `after` now."""
    after, before = align(
        now.document,
        read_document(plan.evidence.live or {}),
        seed=plan.source,
        by_ids=has_external_ids(plan.evidence.desired),
    )
    shown = now.shown.intersection(plan.evidence.shown)
    sides = Sides(source=plan.source, desired=after, live=before, shown=shown)
    judge = Judge(puts=False, undocumented=Undocumented.ATTEMPT)
    return tuple(judge.change(d) for d in differences(sides) if not d.write_only)


def _body_digest(case: Case, found: Sequence[Difference], sent: Addresses) -> str:
    """Return the digest of the body that planning again would make of the same changes."""
    again = [d for d in found if d.address in sent.exact]
    seen = [d for d in found if not d.write_only or d.address in sent.exact]
    return digest(write_document(case.body(seen, again)))


def _is_part_of(change: Change, parts: frozenset[str]) -> bool:
    """Return whether what the change is about is one of *parts*; a mapping is one with its own."""
    element = change.address
    if change.field is not None:
        element = element.removesuffix(f"/{change.field}")
    if change.kind is Kind.ATTRIBUTE_MAPPING:
        element = element[: element.index("]/attributes[") + 1]
    return element in parts
