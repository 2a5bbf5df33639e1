"""Runs in a journal, of plans that say as little as a plan can."""

from reconciler.diagnostics import Confidence
from reconciler.journal.runs import Journal
from reconciler.journal.store import JournalStore
from reconciler.model.address import Address
from reconciler.model.canonical import digest
from reconciler.model.source import ConfigStatus
from reconciler.planning.object_schema.operation import (
    ElementKind,
    Phase,
    SchemaElement,
    SchemaKind,
    SchemaOperation,
)
from reconciler.planning.plan import (
    Action,
    Convergence,
    Evidence,
    Operation,
    Plan,
    Reason,
    SourcePlan,
)
from reconciler.value import replace

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


def rename(number: str) -> SchemaOperation:
    body = {"name": f"Größe {number}"}
    return SchemaOperation(
        kind=SchemaKind.RENAME,
        phase=Phase.BEFORE,
        method="PUT",
        path=f"objecttype/{number}",
        body=body,
        body_digest=digest(body),
        settles=(Address.parse(f"a/objectTypes[{number}]/name"),),
        object=SchemaElement(
            kind=ElementKind.OBJECT_TYPE, id=number, name=f"Old {number}", schema_id="41"
        ),
        join="confirmed",
        requires=(),
        grade=Confidence.OBSERVED,
        verify="",
    )


def renaming(*numbers: str, source: str = "a", sends: bool = True) -> Plan:
    made = planned(source, sends=sends)
    return plan(replace(made, schema_operations=tuple(map(rename, numbers))))


def opened(url: str) -> Journal:
    return Journal(JournalStore(url))


def begun(journal: Journal, source: str = "a", environment: str = "local") -> int:
    _, operations = journal.begin(
        plan(planned(source), environment=environment), at="t0", runner="r"
    )
    return operations[source]
