"""What a plan was made of, taken out of it again: with what was live then, or with other live."""

from reconciler.model.normalise import LiveDocument
from reconciler.model.source import Live, SourceRef
from reconciler.model.wire import read_document
from reconciler.planning.base import Base
from reconciler.planning.case import Case
from reconciler.planning.options import PlanOptions
from reconciler.planning.plan import SourcePlan
from reconciler.planning.remembered import remember
from reconciler.planning.source_input import SourceInput


def live_then(plan: SourcePlan) -> LiveDocument | None:
    """Return what was live when *plan* was made, None where nothing was configured."""
    if plan.evidence.live is None:
        return None
    return LiveDocument(
        document=read_document(plan.evidence.live), shown=frozenset(plan.evidence.shown)
    )


def case_of(plan: SourcePlan, live: LiveDocument | None) -> Case:
    """Return the case that *plan* was made from, with *live* for what was live then."""
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
