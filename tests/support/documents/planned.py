"""One source planned from the document of `site_document`, for tables about plans."""

from collections.abc import Sequence
from typing import Any

from reconciler.diagnostics import Diagnostic
from reconciler.model.normalise import LiveDocument, normalise
from reconciler.model.policy import Policy
from reconciler.model.source import ConfigStatus, Live, SourceRef
from reconciler.model.wire import read_document, write_document
from reconciler.planning.inputs import Baseline
from reconciler.planning.plan import Plan, SourcePlan
from reconciler.planning.planner import PlanOptions, SourceInput, make_plan
from reconciler.semantics.facts import NO_FACTS, Facts
from reconciler.semantics.put import put
from reconciler.semantics.response import Accepted
from reconciler.value import field_names
from tests.support.documents.site_document import Edit, document, hiding

REF = SourceRef(name="s", import_source_id="id 1", workspace_id="w")


def plan_options(**given: Any) -> PlanOptions:
    """Return the options of a plan, those of policy given beside the others."""
    ruled = given.keys() & field_names(Policy)
    policy = Policy(**{name: given.pop(name) for name in ruled})
    return PlanOptions(policy=policy, **given)


def live_of(*edits: Edit, everything: bool = False) -> LiveDocument:
    """Return live after a PUT of the document with these edits."""
    outcome = put(None, read_document(document(*edits)), elsewhere={}, new_id="/".join)
    assert isinstance(outcome, Accepted)
    return normalise(write_document(outcome.live)) if everything else hiding(outcome.live)


def plan_from(
    given: SourceInput, *, diagnostics: Sequence[Diagnostic] = (), **options: Any
) -> Plan:
    """Return the plan of one source, whose manifest was read with *diagnostics*."""
    return make_plan(
        [given],
        environment="test",
        options=plan_options(**options),
        tool_version="0",
        created_at="2026-01-01T00:00:00Z",
        diagnostics=diagnostics,
    )


def plan_of(
    *edits: Edit,
    live: LiveDocument | None = None,
    status: ConfigStatus = ConfigStatus.IDLE,
    base: Baseline | None = None,
    facts: Facts = NO_FACTS,
    **options: Any,
) -> Plan:
    """Return the plan that takes live to the document with these edits."""
    creates = status is ConfigStatus.MISSING_MAPPING
    given = SourceInput(
        ref=REF,
        desired=read_document(document(*edits)),
        live=Live(status=status, document=None if creates else live or live_of()),
        baseline=base,
        facts=facts,
    )
    return plan_from(given, **options)


def planned(*edits: Edit, **options: Any) -> SourcePlan:
    """Return the plan of the one source."""
    (only,) = plan_of(*edits, **options).sources
    return only
