"""The mapping that data meet before an operation, and after it.

What live hides (typeValues) is taken to be as the manifest has it: nobody can see whether it
differs, and it would look as if the operation changed it.
"""

from dataclasses import replace

from reconciler.model.document import Document
from reconciler.model.normalise import LiveDocument
from reconciler.model.source import SourceRef
from reconciler.model.wire import read_document
from reconciler.planning.align import align
from reconciler.planning.case import has_ids, seed_of
from reconciler.planning.evidence import case_of, live_then
from reconciler.planning.operation.build import outcome_of
from reconciler.planning.plan import Action, SourcePlan
from reconciler.planning.remembered import recalled, remember
from reconciler.semantics.outcome import Accepted


def before_and_after(planned: SourcePlan) -> tuple[Document | None, Document]:
    """Return live, None where nothing is configured, and what it will be.

    What only live has stays there. Where the source is blocked nothing will be sent: then
    it is the manifest that stands for what it would be.
    """
    case = case_of(planned, live := live_then(planned))
    want = case.want.document
    if live is None:
        return None, want
    before = unhidden(live, want)
    if planned.operation is not None:
        outcome = outcome_of(case, read_document(planned.operation.body))
        if isinstance(outcome, Accepted):
            return before, unhidden(replace(live, document=outcome.live), want)
    return before, before if planned.action is Action.NO_OP else want


def unhidden(live: LiveDocument, desired: Document) -> Document:
    """Return *live* with what it does not show as it is in *desired*."""
    return recalled(live, remember([desired]), desired)


def with_ids_of(before: Document, desired: Document, ref: SourceRef) -> Document:
    """Return *desired*; where it has no external ids, with those of *before*."""
    want, _ = align(desired, before, seed=seed_of(ref), by_ids=has_ids(desired))
    return want.document
