"""What moved in live since a plan was made (design.md section 7)."""

from reconciler.manifest.project_model import Undocumented
from reconciler.model.normalise import LiveDocument
from reconciler.model.wire import has_external_ids, read_document
from reconciler.planning.align import align
from reconciler.planning.difference import Sides
from reconciler.planning.differences import differences
from reconciler.planning.judge import Judge
from reconciler.planning.plan import Change, SourcePlan


def moved(plan: SourcePlan, now: LiveDocument) -> tuple[Change, ...]:
    """Return how live is *now* against what it was for *plan*: `before` then, `after` now.

    Empty where the difference is in something that no manifest manages.
    """
    if plan.evidence.live is None:
        return ()
    after, before = align(
        now.document,
        read_document(plan.evidence.live),
        seed=plan.source,
        by_ids=has_external_ids(plan.evidence.desired),
    )
    shown = now.shown.intersection(plan.evidence.shown)
    sides = Sides(source=plan.source, desired=after, live=before, shown=shown)
    judge = Judge(puts=False, undocumented=Undocumented.ATTEMPT)
    return tuple(judge.change(d) for d in differences(sides) if not d.write_only)
