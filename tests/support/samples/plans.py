"""Plans and reports as values, for the golden tests."""

from typing import Any

from reconciler.codes.failure import StaleCode
from reconciler.diagnostics import Confidence, Diagnostic, Severity
from reconciler.errors import ApiFault, Rejected, StalePlan
from reconciler.model.address import Address
from reconciler.model.policy import Risk
from reconciler.model.source import ConfigStatus
from reconciler.outcome.results import ApplyReport, Outcome, SourceResult
from reconciler.planning.change import Change, Edit, Kind, Verdict
from reconciler.planning.inputs import PlanOptions
from reconciler.planning.plan import (
    Action,
    Convergence,
    Evidence,
    Operation,
    Plan,
    Reason,
    SourcePlan,
    Unchanged,
)

RENAME = (
    "Either keep the name, or rename it in Assets under Object schemas, then plan again: "
    "it will show no change."
)
DELETE = "Delete it in Assets under Object schemas, or add it to the manifest."
REMOVE_MAPPING = "Remove it in Assets, in the import's configuration, or add it to the manifest."
HOSTILE = "Bad\x1b[2J\u202ename\nsecond [red]line[/red]"
_LEGACY_TYPE = Address.of("legacy").object_type(HOSTILE)
_LEGACY_MAPPING = Address.of("legacy").mapping(HOSTILE)


_KINDS = {
    "objectSchema": (Kind.OBJECT_SCHEMA, Kind.OBJECT_SCHEMA),
    "objectTypes": (Kind.OBJECT_TYPE, Kind.ATTRIBUTE),
    "mappings": (Kind.MAPPING, Kind.ATTRIBUTE_MAPPING),
    "icons": (Kind.ICON,),
    "statuses": (Kind.STATUS,),
}
_ODD = (Kind.ATTRIBUTE, Kind.ATTRIBUTE)


def change(address: str | Address, *names: str, **given: Any) -> Change:
    """Return a change of what *address* says that PATCH sends, unless *given* says otherwise."""
    at = Address.parse(str(address))
    fields: dict[str, Any] = {
        "kind": _KINDS.get(at.owner.within_source.partition("[")[0], _ODD)[at.element != at.owner],
        "action": Edit.CHANGE,
        "field": str(at).removeprefix(str(at.element))[1:] or None,
        "before": None,
        "after": None,
        "verdict": Verdict.PATCH,
        "rule": "attribute-description",
        "confidence": Confidence.DOCUMENTED,
    }
    return Change(address=at, names=names, **(fields | given))


_LEFT_OPEN = {Verdict.IMPOSSIBLE, Verdict.ORPHAN, Verdict.IGNORED}


def source(name: str, action: Action, *changes: Change, **given: Any) -> SourcePlan:
    """Return the plan of one source."""
    methods = {Action.CREATE: "PUT", Action.UPDATE: "PATCH"}
    operation = None
    if action in methods:
        operation = Operation(
            method=methods[action],
            path="importsource/1/mapping",
            query={"async": "true"},
            body={"schema": {}, "mapping": {}},
            body_digest="sha256:0",
        )
    fields: dict[str, Any] = {
        "import_source_id": "1",
        "workspace_id": "local",
        "config_status": ConfigStatus.IDLE,
        "reason": Reason(code="configured", text="live is configured"),
        "residual": tuple(c for c in changes if c.verdict in _LEFT_OPEN),
        "convergence": Convergence.PROVED,
        "desired_digest": "sha256:1",
        "live_digest": "sha256:2",
        "evidence": Evidence(desired={}, live=None),
    }
    return SourcePlan(
        source=name, action=action, operation=operation, changes=changes, **(fields | given)
    )


def plan(*sources: SourcePlan, allow_residual: bool = False, **given: Any) -> Plan:
    """Return a plan for the environment `local`."""
    return Plan(
        tool_version="0.1.0",
        created_at="2026-03-01T10:20:30.000Z",
        environment="local",
        sources=sources,
        options=PlanOptions(allow_residual=allow_residual),
        **given,
    )


_DISK = "disk-analysis/objectTypes[object-type/hard-drive]"
_FILE = "disk-analysis/objectTypes[object-type/file]"
_PUT = {"verdict": Verdict.PUT, "action": Edit.ADD, "rule": "put-creates"}
_ORPHAN = {"verdict": Verdict.ORPHAN, "action": Edit.REMOVE}


def _file(path: str, *names: str, **given: Any) -> Change:
    return change(f"{_FILE}{path}", "Hard Drive", "File", *names, **given)


def _mapped(path: str, *names: str, **given: Any) -> Change:
    at = f"disk-analysis/mappings[object-type/file]{path}"
    return change(at, "Hard Drive", "File", *names, **given)


CREATE = source(
    "disk-analysis",
    Action.CREATE,
    change(_DISK, "Hard Drive", after={"name": "Hard Drive"}, **_PUT),
    change(f"{_DISK}/attributes[a/duid]", "Hard Drive", "DUID", after={"type": "text"}, **_PUT),
    change(f"{_DISK}/attributes[a/label]", "Hard Drive", "Label", after={"type": "text"}, **_PUT),
    change(_FILE, "Hard Drive", "File", after={"name": "File"}, **_PUT),
    _file("/attributes[a/path]", "Path", after={"type": "text"}, **_PUT),
    _mapped("", after={"selector": "files"}, **_PUT),
    change("disk-analysis/icons[disk]", "disk", after={"key": "disk"}, **_PUT),
    change(
        "disk-analysis/statuses[Active]",
        "Active",
        after={"name": "Active", "category": "ACTIVE"},
        **_PUT,
    ),
    config_status=ConfigStatus.MISSING_MAPPING,
    reason=Reason(code="missing_mapping", text="no mapping yet (MISSING_MAPPING)"),
)

_MAPPED = ("path", "modified", "checksum", "owner", "group")
_DISK_ANALYSIS = {
    "schema": {
        "objectSchema": {
            "name": "Disks",
            "objectTypes": [
                {
                    "externalId": "object-type/hard-drive",
                    "name": "Hard Drive",
                    "attributes": [{"externalId": "a/duid", "name": "DUID"}],
                    "children": [
                        {
                            "externalId": "object-type/file",
                            "name": "File",
                            "attributes": [
                                {"externalId": "a/key", "name": "Key"},
                                *(
                                    {"externalId": f"a/{key}", "name": key}
                                    for key in (*_MAPPED, "size", "owned-by")
                                ),
                            ],
                        }
                    ],
                },
                {"externalId": "object-type/volume", "name": "Volume", "attributes": None},
                "not an object type",
            ],
        }
    },
    "mapping": {
        "objectTypeMappings": [
            {
                "objectTypeName": "File",
                "attributesMapping": [
                    {"attributeExternalId": f"a/{key}"} for key in (*_MAPPED, "extension", "folder")
                ],
            }
        ]
    },
}

UPDATE = source(
    "disk-analysis",
    Action.UPDATE,
    _file("/description", before="A file on a drive", after="A file present in a hard drive"),
    _file(
        "/attributes[a/modified]/description",
        "Modified",
        before="When [-somebody-] wrote it",
        after="When {+a person+} wrote to it, in UTC",
    ),
    _file(
        "/attributes[a/path]/description",
        "Path",
        before="Path of the file, " + "with all its folders " * 8 + "and so on",
        after="Absolute path of a file, " + "with all its folders " * 8 + "from the root",
    ),
    _file(
        "/attributes[a/path]/label",
        "Path",
        before=False,
        after=True,
        verdict=Verdict.PATCH_UNDOCUMENTED,
        confidence=Confidence.UNKNOWN,
        risk=Risk.REVIEW,
        risk_code="label-changed",
    ),
    _file(
        "/attributes[a/checksum]",
        "Checksum",
        action=Edit.ADD,
        after={"name": "Checksum", "type": "text", "minimumCardinality": 0, "unique": True},
    ),
    _file(
        "/attributes[a/owner]",
        "Owner",
        action=Edit.ADD,
        after={
            "name": "Owner",
            "type": "referenced_object",
            "referenceObjectTypeName": "Person",
            "maximumCardinality": -1,
        },
    ),
    _mapped(
        "/selector",
        before="files",
        after="hardDrives.files",
        risk=Risk.DATA,
        risk_code="selector-changed",
    ),
    _mapped(
        "/attributes[a/path]/attributeLocators",
        "Path",
        before=["drive", "folder", "name", "extension"],
        after=["drive", "name", "folder", "suffix"],
        risk=Risk.REVIEW,
        risk_code="locator-changed",
    ),
    _mapped(
        "/attributes[a/modified]/attributeLocators",
        "Modified",
        before=["mtime"],
        after=["modified"],
        risk=Risk.REVIEW,
        risk_code="locator-changed",
    ),
    _mapped(
        "/attributes[a/group]/objectMappingIQL",
        "Group",
        before='Name = "${group}" AND Site IN (${site}, "HQ")',
        after='"Group ID" = ${group.id${0}} AND Site IN (${site}, "Main")',
        risk=Risk.REVIEW,
        risk_code="iql-changed",
    ),
    _mapped(
        "/attributes[a/checksum]",
        "Checksum",
        action=Edit.ADD,
        after={"attributeLocators": ["checksum"], "externalIdPart": True},
    ),
    _mapped(
        "/attributes[a/size]",
        "Size",
        action=Edit.REMOVE,
        before={"attributeLocators": ["size"], "externalIdPart": False},
        risk=Risk.DATA,
        risk_code="attribute-unmapped",
    ),
    _mapped(
        "/attributes[a/owner]",
        "Owner",
        action=Edit.ADD,
        after={"attributeLocators": ["owner"], "externalIdPart": False},
    ),
    _mapped(
        "/attributes[a/owned-by]",
        "Owned By",
        action=Edit.REMOVE,
        before={"attributeLocators": ["owner"], "externalIdPart": False},
        risk=Risk.DATA,
        risk_code="attribute-unmapped",
    ),
    change(
        "disk-analysis/mappings[object-type/volume]",
        "Volume",
        action=Edit.ADD,
        after={
            "selector": "volumes",
            "attributesMapping": [
                {"attributeName": "Name", "attributeLocators": ["name"], "externalIdPart": True},
                {"attributeName": "Host", "objectMappingIQL": "Name = ${host}"},
            ],
        },
        confidence=Confidence.INFERRED,
    ),
    change(
        "disk-analysis/mappings[object-type/partition]",
        "Partition",
        before={"selector": "volumes"},
        rule="mapping-delete",
        confidence=Confidence.INFERRED,
        remedy=REMOVE_MAPPING,
        **_ORPHAN,
    ),
    reason=Reason(
        code="configured", text="live is configured; 14 changes, 1 of them undocumented for PATCH"
    ),
    convergence=Convergence.UNKNOWN,
    evidence=Evidence(desired=_DISK_ANALYSIS, live=None),
    unchanged=Unchanged(object_types=1, attributes=6, mappings=1),
)

_LAPTOP = "hardware/objectTypes[object-type/laptop]"
BLOCKED = source(
    "hardware",
    Action.BLOCKED,
    change(
        f"{_LAPTOP}/name",
        "Laptop",
        before="Laptop",
        after="Notebook",
        verdict=Verdict.IMPOSSIBLE,
        rule="object-type-rename",
        remedy=RENAME,
    ),
    change(
        f"{_LAPTOP}/attributes[a/serial]/description",
        "Laptop",
        "Serial",
        before="S/N",
        after="Serial number",
    ),
    change(
        "hardware/objectTypes[object-type/screen]",
        "Screen",
        action=Edit.ADD,
        after={"name": "Screen"},
        verdict=Verdict.IMPOSSIBLE,
        rule="object-type-add",
        predicted_code="EXTERNAL_ID_MISMATCH",
        confidence=Confidence.REPORTED,
        remedy="Use the external id that live has.",
    ),
    change(
        "hardware/objectTypes[cmdb::externalId/77]",
        "Screen",
        before={"name": "Screen"},
        rule="object-type-delete",
        remedy=DELETE,
        **_ORPHAN,
    ),
    reason=Reason(code="impossible_changes", text="2 changes are impossible through this API"),
    convergence=Convergence.PARTIAL,
)

UPDATE_OF_TEAMS = source("teams", Action.UPDATE)

NO_OP = source(
    "people",
    Action.NO_OP,
    change(
        "people/objectTypes[object-type/team]/attributes[a/colour]",
        "Company",
        "Team",
        "Colour",
        before={"type": "text"},
        rule="attribute-delete",
        remedy=DELETE,
        **_ORPHAN,
    ),
    reason=Reason(code="no_changes", text="no differences"),
    unchanged=Unchanged(object_types=3, attributes=9, mappings=3),
)

UNCHANGED = source(
    "sites",
    Action.NO_OP,
    reason=Reason(code="no_changes", text="no differences"),
    unchanged=Unchanged(object_types=2, attributes=5, mappings=2),
)

NAMELESS = source(
    "legacy",
    Action.UPDATE,
    change(
        "legacy/objectTypes[Site/Room]/attributes[Number]/description",
        "Site",
        "Room",
        "Number",
        before="",
        after="Room number",
    ),
    change(
        _LEGACY_TYPE.field("description"), HOSTILE, before=None, after="\x1b]0;owned\x07\x9b31m"
    ),
)

HOSTILE_TEXTS = source(
    "legacy",
    Action.UPDATE,
    *NAMELESS.changes,
    change(
        _LEGACY_MAPPING.field("description"),
        HOSTILE,
        before="Rooms [-none-] of C:\\site\\",
        after="Rooms ]\x1b[2J {+all+} \u202e of C:\\new\\ [",
    ),
    change(
        _LEGACY_MAPPING.attribute(HOSTILE).field("attributeLocators"),
        HOSTILE,
        HOSTILE,
        before=["a", "\x1b[1A"],
        after=["\x9b2K", "a"],
    ),
    change(
        _LEGACY_TYPE.attribute(HOSTILE),
        HOSTILE,
        HOSTILE,
        before={"type": "text"},
        rule="attribute-delete",
        remedy=DELETE,
        **_ORPHAN,
    ),
    change(
        _LEGACY_TYPE.field("\x1b]unknown"),
        HOSTILE,
        field="\x1b]unknown",
        before="\x1b[31m",
        after="\u202e",
        verdict=Verdict.IGNORED,
        rule="unknown-key",
        confidence=Confidence.OBSERVED,
    ),
    convergence=Convergence.PARTIAL,
    evidence=Evidence(
        desired={
            "schema": {
                "objectSchema": {
                    "objectTypes": [
                        {
                            "name": "Site",
                            "children": [
                                {
                                    "name": "Room",
                                    "attributes": [{"name": "Number"}, {"name": "Floor"}],
                                }
                            ],
                        }
                    ]
                }
            }
        },
        live=None,
    ),
)

DIAGNOSTICS = (
    Diagnostic(
        severity=Severity.WARNING,
        code="unknown-key",
        text='"attributeLocator" is not a key of an attribute mapping',
        hint='did you mean "attributeLocators"?',
        file="manifests/disk-analysis.yaml",
        line=58,
        column=11,
    ),
    Diagnostic(
        severity=Severity.ERROR,
        code="unknown-reference",
        text=f'attribute "{HOSTILE}" refers to object type "object-type/hard-drvie"',
        hint='did you mean "object-type/hard-drive" (line 12)?',
        file="manifests/disk-analysis.yaml",
        line=31,
        column=15,
        api_code="UNKNOWN_REFERENCE",
        confidence=Confidence.REPORTED,
    ),
    Diagnostic(
        severity=Severity.INFO,
        code="write-only",
        text='live does not show the icons\' images of "disk-analysis"',
        hint="send them with --resend-write-only",
        source="disk-analysis",
    ),
)

REPORT = ApplyReport(
    results=(
        SourceResult(
            source="disk-analysis",
            method="PATCH",
            outcome=Outcome.DONE,
            message="read back equal",
            seconds=4.12,
            attempts=1,
        ),
        SourceResult(
            source="hardware",
            method="PATCH",
            outcome=Outcome.NOT_CONVERGED,
            message="1 change remains",
            seconds=2.0,
            attempts=1,
            remaining=BLOCKED.changes[1:2],
        ),
        SourceResult(
            source="people",
            method="PUT",
            outcome=Outcome.FAILED,
            message=f"refused {HOSTILE}; nothing was changed",
            seconds=0.5,
            attempts=3,
            error=Rejected(
                "refused",
                request="PUT importsource/4d40/mapping",
                faults=[ApiFault(code="EXTERNAL_ID_MISMATCH", text="a type \x1b[0m exists")],
                raw='{"dataValidationErrors": [{"code": "EXTERNAL_ID_MISMATCH"}]}',
                hint="plan again",
            ),
        ),
        SourceResult(
            source="teams",
            method="PATCH",
            outcome=Outcome.STALE,
            message="live changed after the plan was made; nothing was changed",
            error=StalePlan(
                "stale", code=StaleCode.LIVE_CHANGED, hint="plan again: reconciler plan"
            ),
        ),
        SourceResult(
            source="sites", method=None, outcome=Outcome.UNCHANGED, message="nothing to send"
        ),
    )
)

INTERRUPTED = ApplyReport(
    results=(
        SourceResult(
            source="people",
            method="PUT",
            outcome=Outcome.INTERRUPTED,
            message="stopped while IN_PROGRESS",
            seconds=12.0,
            attempts=1,
        ),
        SourceResult(
            source="teams", method="PATCH", outcome=Outcome.NOT_STARTED, message="nothing was sent"
        ),
    ),
    interrupted=True,
)
