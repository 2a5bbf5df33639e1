"""Runs in a journal, of plans that say as little as a plan can."""

from reconciler.journal.runs import Journal
from reconciler.journal.store import JournalStore
from reconciler.model.canonical import digest
from reconciler.model.source import ConfigStatus
from reconciler.planning.plan import (
    Action,
    Convergence,
    Evidence,
    Operation,
    Plan,
    Reason,
    SourcePlan,
)

BODY: dict[str, object] = {"schema": {"objectSchema": {"name": "Größe"}}, "mapping": {}}


def planned(source: str, *, body: dict[str, object] = BODY, sends: bool = True) -> SourcePlan:
    operation = Operation(
        method="PUT",
        path=f"importsource/{source}/mapping",
        query={"async": "true"},
        body=body,
        body_digest=digest(body),
    )
    return SourcePlan(
        source=source,
        import_source_id=source,
        workspace_id="w",
        config_status=ConfigStatus.MISSING_MAPPING,
        action=Action.CREATE if sends else Action.NO_OP,
        reason=Reason(code="x", text="x"),
        operation=operation if sends else None,
        changes=(),
        residual=(),
        convergence=Convergence.PROVED,
        desired_digest=digest({}),
        live_digest="sha256:l",
        evidence=Evidence(desired={}, live=None),
    )


def plan(*sources: SourcePlan, environment: str = "local") -> Plan:
    return Plan(tool_version="0", created_at="Z", environment=environment, sources=sources)


def opened(url: str) -> Journal:
    return Journal(JournalStore(url))


def begun(journal: Journal, source: str = "a", environment: str = "local") -> int:
    _, operations = journal.begin(
        plan(planned(source), environment=environment), at="t0", runner="r"
    )
    return operations[source]
