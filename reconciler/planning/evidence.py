"""What a plan was made of: kept in it, and taken out again, with what was live then or now."""

from reconciler.model.document import Document
from reconciler.model.normalise import LiveDocument
from reconciler.model.source import Live, SourceRef
from reconciler.model.wire import read_document, write_document
from reconciler.planning.base import Base
from reconciler.planning.case import Case
from reconciler.planning.options import PlanOptions
from reconciler.planning.plan import Evidence, SourcePlan
from reconciler.planning.remembered import hidden_parts, remember
from reconciler.planning.source_input import SourceInput


def evidence_of(case: Case) -> Evidence:
    """Return both documents of *case* as its plan keeps them."""
    live = case.given.live.document
    is_filled = live is not None and live.document is not case.have.document
    remembered = hidden_parts(case.have.document) if is_filled else Document()
    return Evidence(
        desired=write_document(case.given.desired),
        live=write_document(live.document) if live else None,
        shown=tuple(sorted(live.shown)) if live else (),
        remembered=write_document(remembered) if remembered != Document() else None,
    )


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
