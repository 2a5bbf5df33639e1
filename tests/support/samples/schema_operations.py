"""A run with schema operations: one source that stopped at the second, one left half done."""

from reconciler.outcome.events import (
    ApplyEnded,
    ApplyStarted,
    Event,
    ReadingBack,
    SchemaOperationEnded,
    Sending,
    SourceEnded,
    SourceStarted,
)
from reconciler.outcome.records import (
    OperationRecord,
    RunRecord,
    SchemaOperationRecord,
    State,
)
from reconciler.outcome.results import (
    ApplyReport,
    Outcome,
    SchemaOperationResult,
    SourceResult,
)
from reconciler.planning.object_schema.operation import Phase
from reconciler.value import replace
from tests.support.samples.plans import HOSTILE

SITE = SchemaOperationResult(
    kind="rename",
    phase=Phase.BEFORE,
    method="PUT",
    path="objecttype/3",
    element="object type 'Site' (3)",
    settles=("devices/objectTypes[site]/name",),
    outcome=Outcome.DONE,
    message="read back through both APIs",
)
SERIAL = SchemaOperationResult(
    kind="rename",
    phase=Phase.BEFORE,
    method="PUT",
    path="objecttypeattribute/1/12",
    element=f"attribute 'Serial {HOSTILE}' (12)",
    settles=("devices/objectTypes[device]/attributes[serial]/name",),
    outcome=Outcome.NOT_CONVERGED,
    message="the API reported success, but Assets shows 'Serial'",
)
PORTS = replace(
    SERIAL,
    phase=Phase.AFTER,
    element="attribute 'Ports' (15)",
    outcome=Outcome.NOT_STARTED,
    message=None,
)
STOPPED = SourceResult(
    source="devices",
    method="PATCH",
    outcome=Outcome.NOT_CONVERGED,
    message=f"{SERIAL.text}: {SERIAL.message}; 1 of 2 schema operations done; not sent: PATCH",
    seconds=11.0,
    attempts=1,
    schema_operations=(SITE, SERIAL),
    mapping=Outcome.NOT_STARTED,
)
HALF_DONE = SourceResult(
    source="switches",
    method="PATCH",
    outcome=Outcome.NOT_STARTED,
    message="PATCH done; not sent: rename of attribute 'Ports' (15)",
    schema_operations=(PORTS,),
    mapping=Outcome.DONE,
)
ALL_DONE = SourceResult(
    source="sites",
    method=None,
    outcome=Outcome.DONE,
    message="1 schema operation, read back equal",
    seconds=1.5,
    attempts=1,
    schema_operations=(SITE,),
)
REPORT = ApplyReport(results=(STOPPED, HALF_DONE, ALL_DONE), interrupted=True)
EVENTS: tuple[Event, ...] = (
    ApplyStarted(environment="local", plan_digest="sha256:0", sources=("devices", "sites")),
    SourceStarted(source="devices", method="PATCH"),
    Sending(source="devices", method="PUT", what=SITE.text),
    ReadingBack(source="devices"),
    SchemaOperationEnded(source="devices", result=SITE),
    Sending(source="devices", method="PUT", what=SERIAL.text),
    ReadingBack(source="devices"),
    SchemaOperationEnded(source="devices", result=SERIAL),
    SourceEnded(result=STOPPED),
    SourceStarted(source="sites", method=None),
    SourceEnded(result=ALL_DONE),
    ApplyEnded(report=REPORT),
)
RECORD = SchemaOperationRecord(
    id=1,
    number=0,
    source="devices",
    import_source_id="1",
    workspace_id="w",
    schema_id="41",
    kind="rename",
    phase="before",
    method="PUT",
    path="objecttype/3",
    body={"name": "Place"},
    element_id="3",
    element_name=f"Site {HOSTILE}",
    settles=("devices/objectTypes[site]/name",),
    state=State.NOT_CONVERGED,
    sent_at="2026-03-01T10:20:30.123Z",
    ended_at="2026-03-01T10:20:34.567Z",
    message="the API reported success, but Assets shows 'Site'",
    before={"name": "Site"},
)
PATCHED = OperationRecord(
    id=1,
    source="devices",
    import_source_id="1",
    workspace_id="w",
    method="PATCH",
    path="importsource/1/mapping",
    query={},
    body_digest="sha256:1",
    desired_digest="sha256:2",
    live_digest="sha256:3",
    state=State.DONE,
    progress_url=None,
    sent_at="2026-03-01T10:20:31.123Z",
    ended_at="2026-03-01T10:20:32.567Z",
    message="read back equal",
    read_back_digest=None,
)
RUN = RunRecord(
    id=1,
    environment="local",
    plan_digest="sha256:4",
    started_at="2026-03-01T10:20:30.000Z",
    ended_at="2026-03-01T10:20:35.000Z",
    interrupted=False,
    runner="ann@laptop (pid 7)",
    operations=(PATCHED,),
    schema_operations=(
        replace(RECORD, state=State.DONE, message="read back through both APIs"),
        replace(RECORD, id=2, number=1, phase="after"),
    ),
)
