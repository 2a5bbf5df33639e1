"""What is live, and the proof by the planner that a manifest's text says just that."""

from typing import Any

from reconciler.diagnostics import errors_in
from reconciler.manifest.draft import Draft, draft_of
from reconciler.manifest.load import check_text
from reconciler.manifest.manifest_text import ManifestText
from reconciler.model.normalise import LiveDocument, normalise
from reconciler.model.source import ConfigStatus, Live, SourceRef
from reconciler.model.wire import read_document, write_document
from reconciler.planning.plan import SourcePlan
from reconciler.planning.planner import PlanOptions, SourceInput, make_plan
from reconciler.semantics.put import put
from reconciler.semantics.response import Accepted
from tests.support.documents.site_document import hiding

Json = dict[str, Any]
SOURCE = "random"


def planned(text: str, live: LiveDocument, file: str) -> SourcePlan:
    """The plan of the manifest *text*, which is valid, against *live*."""
    assert errors_in(check_text(text, file=file)) == ()
    draft = draft_of([ManifestText(file=file, stored=text)])
    assert isinstance(draft, Draft)
    ref = SourceRef(name=SOURCE, import_source_id="11", workspace_id="w")
    plan = make_plan(
        [
            SourceInput(
                ref=ref,
                desired=draft.document,
                live=Live(status=ConfigStatus.IDLE, document=live),
            )
        ],
        environment="test",
        options=PlanOptions(),
        tool_version="0",
        created_at="2026-01-01T00:00:00Z",
    )
    return plan.sources[0]


def assert_nothing_to_do(text: str, live: LiveDocument, file: str) -> None:
    plan = planned(text, live, file)
    assert (plan.changes, plan.residual, plan.operation) == ((), (), None)


def live_of(document: Json, *, everything: bool = False) -> LiveDocument:
    outcome = put(
        None,
        read_document(document),
        elsewhere={},
        new_id=lambda names: f"cmdb::externalId/{'/'.join(names)}",
    )
    assert isinstance(outcome, Accepted)
    return normalise(write_document(outcome.live)) if everything else hiding(outcome.live)
