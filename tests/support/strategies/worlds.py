"""What the laws are tried on: what is live, what a refresh shows of it, what is planned."""

from collections.abc import Mapping
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from reconciler.model.address import Address
from reconciler.model.document import Document
from reconciler.model.normalise import LiveDocument, normalise
from reconciler.model.source import ConfigStatus, Live, SourceRef
from reconciler.model.wire import read_document, write_document
from reconciler.planning.inputs import Baseline
from reconciler.planning.plan import Plan, SourcePlan
from reconciler.planning.planner import SourceInput
from reconciler.semantics.patch import patch
from reconciler.semantics.put import put
from reconciler.semantics.response import Accepted, Outcome
from reconciler.semantics.server_defaults import completed
from tests.support.documents.planned import plan_from
from tests.support.documents.site_document import hiding
from tests.support.strategies.documents import Json
from tests.support.strategies.edits import edited

REF = SourceRef(name="random", import_source_id="11", workspace_id="w")
slow = settings(suppress_health_check=list(HealthCheck))


def generated(names: tuple[str, ...]) -> str:
    return f"cmdb::externalId/{'/'.join(names)}"


def plan(
    desired: Json,
    live: LiveDocument | None,
    *,
    base: Baseline | None = None,
    only: frozenset[Address] | None = None,
    **options: Any,
) -> Plan:
    status = ConfigStatus.MISSING_MAPPING if live is None else ConfigStatus.IDLE
    given = SourceInput(
        ref=REF,
        desired=read_document(desired),
        live=Live(status=status, document=live),
        baseline=base,
        only=only,
    )
    return plan_from(given, **options)


def created(document: Json) -> Document:
    """Live after a PUT of the document."""
    outcome = put(None, read_document(document), elsewhere={}, new_id=generated)
    assert isinstance(outcome, Accepted), outcome
    return outcome.live


@st.composite
def tampered(draw: st.DrawFn, /, live: Document, **how: Any) -> Document:
    """Live after somebody worked on it in Assets, where much is possible that PATCH cannot do."""
    raw = draw(edited(write_document(live), **how))
    return completed(normalise(raw).document, generated)


def shown(document: Document, *, everything: bool = False) -> LiveDocument:
    """What a refresh reads: without the write-only parts, unless *everything* is shown."""
    return normalise(write_document(document)) if everything else hiding(document)


def patched(live: Document, body: Mapping[str, Any], **how: Any) -> Outcome:
    """What comes of sending *body* by PATCH."""
    return patch(live, read_document(body), elsewhere={}, new_id=generated, **how)


def outcome_of(planned: SourcePlan, live: Document | None, **how: Any) -> Outcome:
    """What comes of the plan's one operation."""
    assert planned.operation is not None
    if planned.operation.method == "PATCH":
        assert live is not None
        return patched(live, planned.operation.body, **how)
    return put(live, read_document(planned.operation.body), elsewhere={}, new_id=generated)


def obeyed(the_plan: Plan, live: Document | None) -> Document:
    """The live document after the plan's one operation."""
    outcome = outcome_of(the_plan.sources[0], live)
    assert isinstance(outcome, Accepted), outcome
    return outcome.live
