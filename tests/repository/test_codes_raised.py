"""Each code of a diagnostic or an error, by the smallest thing that raises it."""

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from reconciler import errors
from reconciler.app.desired import no_manifest
from reconciler.app.recordings.replay import replayed
from reconciler.applying.refresh import identify
from reconciler.codes.failure import ErrorCode, StaleCode
from reconciler.codes.file import FileCode
from reconciler.codes.known_code import DiagnosticCode
from reconciler.codes.lint import LINT
from reconciler.codes.manifest import ManifestCode
from reconciler.codes.project import ProjectCode
from reconciler.diagnostics import Diagnostic
from reconciler.errors import (
    AlteredPlan,
    ApplyError,
    ApprovalNeeded,
    BackendError,
    Conflict,
    DataError,
    Forbidden,
    ForeignOrigin,
    Holder,
    JournalError,
    LeaseLost,
    Locked,
    ManifestError,
    MappingExists,
    NotFound,
    OperationFailed,
    PlanError,
    PlanFileError,
    RateLimited,
    ReconcilerError,
    Rejected,
    StalePlan,
    TimedOut,
    Unauthorized,
    Unavailable,
    UnreadableAnswer,
    UnsafePlan,
    Unsettled,
    WrongUsage,
)
from reconciler.manifest.layers import layers_of
from reconciler.manifest.load import Loaded, load_manifests, load_project_manifests
from reconciler.manifest.other_file import LIST
from reconciler.manifest.project.bindings import bind_sources, binding_faults
from reconciler.manifest.project.facts import load_facts
from reconciler.manifest.project.file import load_project
from reconciler.manifest.project.model import BackendKind, Environment, Project
from reconciler.manifest.schemas.explain import opaque
from reconciler.manifest.text.fault import fault
from reconciler.manifest.text.file import LARGEST_FILE
from reconciler.model.source import SourceRef
from reconciler.render.errors import error_code
from tests.support.documents.site_document import (
    Edit,
    Json,
    add_attribute,
    add_type,
    document,
    map_attribute,
    map_type,
    set_attribute,
    set_mapping,
    set_type,
    types,
)
from tests.support.stages.assets_wire import ROOT, Wire, always

Raiser = Callable[[Path], Sequence[Diagnostic]]


def text(written: str | bytes, name: str = "m.yaml") -> Raiser:
    """The manifest *written*."""

    def raising(root: Path) -> Sequence[Diagnostic]:
        path = root / name
        path.write_bytes(written if isinstance(written, bytes) else written.encode())
        return load_manifests([path]).diagnostics

    return raising


def commented(comment: str) -> Raiser:
    """The good manifest with *comment* above it, and what is said of that."""

    def raising(root: Path) -> Sequence[Diagnostic]:
        path = root / "m.yaml"
        path.write_text(f"# reconciler: {comment}\n{json.dumps(document())}")
        loaded = load_manifests([path])
        return [*loaded.diagnostics, *loaded.remarks]

    return raising


def edited(*edits: Edit, twice: bool = False) -> Raiser:
    """The good manifest with *edits*, or two of them."""

    def raising(root: Path) -> Sequence[Diagnostic]:
        paths = [root / name for name in ("m.json", "n.json")][: 2 if twice else 1]
        for path in paths:
            path.write_text(json.dumps(document(*edits)))
        return load_manifests(paths).diagnostics

    return raising


def beside(*edits: Edit) -> Raiser:
    """The good manifest, and with *edits* a second one of the same object types."""

    def raising(root: Path) -> Sequence[Diagnostic]:
        paths = [root / name for name in ("m.json", "n.json")]
        for path, how in zip(paths, ((), edits), strict=True):
            path.write_text(json.dumps(document(*how)))
        return load_manifests(paths).diagnostics

    return raising


def layered(file: str, written: str) -> Raiser:
    """The good manifest with the part or the overlay *written* in *file*."""

    def raising(root: Path) -> Sequence[Diagnostic]:
        head, other = root / "m.json", root / file
        head.write_text(json.dumps(document()))
        other.parent.mkdir()
        other.write_text(written)
        overlays = "env" if file.startswith("env/") else None
        environment = Environment(name="e", backend=BackendKind.EMBEDDED, overlays=overlays)
        layers = layers_of(Project(root=root, path=None, environment=environment), [head])
        return load_manifests([head], layers=layers).diagnostics

    return raising


def path(make: Callable[[Path], Any]) -> Raiser:
    """What *make* makes of a path, named as a manifest."""

    def raising(root: Path) -> Sequence[Diagnostic]:
        make(root / "m.yaml")
        return load_manifests([root / "m.yaml"]).diagnostics

    return raising


def too_large(at: Path) -> None:
    """Make a file that takes no room."""
    at.touch()
    os.truncate(at, LARGEST_FILE + 1)


def project(written: str, **variables: str) -> Raiser:
    """A project file, its manifests and credentials taken as a run takes them."""

    def raising(root: Path) -> Sequence[Diagnostic]:
        found: list[Diagnostic] = []
        try:
            read, loaded = on_disk(root, written, variables)
            found += loaded.diagnostics
            if (auth := read.environment.auth) is not None:
                assert auth.bearer is not None
                auth.bearer.resolve(variables)
            bind_sources(read, "ab", loaded)
        except ManifestError as error:
            found += error.diagnostics
        return found

    return raising


def validated(written: str) -> Raiser:
    """The bindings of a project file, as they are written."""

    def raising(root: Path) -> Sequence[Diagnostic]:
        read, loaded = on_disk(root, written, {})
        return binding_faults(read, loaded)

    return raising


def on_disk(root: Path, written: str, variables: dict[str, str]) -> tuple[Project, Loaded]:
    """A project of two manifests."""
    (root / "reconciler.yaml").write_text(written)
    for name in "ab":
        (root / f"{name}.json").write_text(json.dumps(document(without_ids)))
    read = load_project(root / "reconciler.yaml", environment=None, variables=variables)
    return read, load_project_manifests(read)


def misnamed(root: Path) -> Sequence[Diagnostic]:
    """A second project file, which nobody reads."""
    (root / "Reconciler.yml").write_text("")
    return on_disk(root, cloud(), {})[1].diagnostics


def token_of_another(_: Path) -> Sequence[Diagnostic]:
    """A token that leads elsewhere than the source is bound to."""
    bound = SourceRef(name="a", import_source_id="bound", workspace_id=None)
    wire = Wire(always(lambda: httpx.Response(200, json={"links": {"start": f"{ROOT}/x"}})))
    with pytest.raises(ManifestError) as raised:
        wire.run(lambda backend: identify(backend, bound))
    return raised.value.diagnostics


def odd_fact(root: Path) -> Sequence[Diagnostic]:
    """A question of facts.yaml that there is not."""
    fact = {"outcome": "stays", "observed": "2027-01-12", "version": "1"}
    sites = {"0123456789ab": {"kind": "cloud", "facts": {"no-such": fact}}}
    (root / "facts.yaml").write_text(json.dumps({"sites": sites}))
    return load_facts(root).diagnostics


def cloud(**keys: Any) -> str:
    environment = {"backend": "cloud", "workspaceId": "w", **keys}
    return json.dumps({"environments": {"e": environment}})


def without_ids(made: Json) -> None:
    """Leave one type by its name, mapped."""
    key = {"name": "Name", "description": "", "type": "text", "label": True}
    named = {"name": "OS", "description": "", "attributes": [key]}
    made["schema"] = {"objectSchema": {"name": "", "description": "", "objectTypes": [named]}}
    entry = {"attributeName": "Name", "attributeLocators": ["n"], "externalIdPart": True}
    made["mapping"]["objectTypeMappings"] = [
        {"objectTypeName": "OS", "selector": "x", "description": "", "attributesMapping": [entry]}
    ]


def two_of_one_name(made: Json) -> None:
    """The mapped name, once more under the other."""
    without_ids(made)
    (parent,) = made["schema"]["objectSchema"]["objectTypes"]
    parent["children"] = [json.loads(json.dumps(parent))]


def schema(**parts: Any) -> Edit:
    return lambda made: made["schema"].update(parts)


ICON = {"key": "k", "name": "K", "png48": "AAAA"}
STATUS = {"name": "S", "description": "", "category": 1}
BOMB = "source: a\na0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 10)
)


def no_recording(directory: Path) -> Sequence[Diagnostic]:
    (directory / "it.har").write_text("{}", encoding="utf-8")
    (directory / "reconciler.yaml").write_text(
        "environments: {again: {backend: {replay: it.har}}}", encoding="utf-8"
    )
    made = load_project(directory / "reconciler.yaml", environment=None, variables={})
    with pytest.raises(ManifestError) as raised:
        replayed(made)
    return raised.value.diagnostics


RAISED: dict[DiagnosticCode, Raiser] = {
    FileCode.NO_SUCH_FILE: path(lambda _: None),
    FileCode.NOT_A_FILE: path(os.mkfifo),
    FileCode.UNREADABLE_FILE: path(lambda p: p.symlink_to(p)),
    FileCode.TOO_LARGE: path(too_large),
    FileCode.EMPTY_FILE: text("# nothing\n"),
    FileCode.NEAR_MISS: text("Mapping: {objectTypeMappings: []}\n"),
    FileCode.NOT_A_MANIFEST: lambda _: [LIST.diagnostic("f")],
    FileCode.NO_MANIFEST: lambda _: no_manifest("here").diagnostics,
    FileCode.NOT_UTF8: text(b"source: Gr\xf6\xdfe\n"),
    FileCode.JSON_SYNTAX: text("{", "m.json"),
    FileCode.YAML_SYNTAX: text("source: [\n"),
    FileCode.MULTIPLE_DOCUMENTS: text("source: a\n---\nsource: b\n"),
    FileCode.YAML_TAG: text("source: !env NAME\n"),
    FileCode.ALIAS_EXPANSION: text(BOMB),
    FileCode.MERGE_KEY: text("a: &a {b: 1}\nsource: a\nschema: {<<: *a}\n"),
    FileCode.TOO_DEEP: text(f"source: a\nx: {'[' * 500}{']' * 500}\n"),
    FileCode.DUPLICATE_KEY: text("source: a\nsource: b\n"),
    FileCode.KEY_NOT_TEXT: text("source: a\n1: x\n"),
    FileCode.NUMBER_RANGE: text("source: a\nx: .inf\n"),
    FileCode.HALF_SURROGATE: text('{"source": "\\ud800"}', "m.json"),
    FileCode.SCHEMA: lambda _: [fault(opaque(["x"]).code, "no keyword of its own", file="f")],
    FileCode.MISSING_KEY: text("source: a\n"),
    FileCode.UNKNOWN_KEY: project("polcy: {}"),
    FileCode.WRONG_TYPE: text("source: 1\n"),
    FileCode.UNKNOWN_VALUE: edited(set_attribute("size", type="txet")),
    FileCode.DUPLICATE_VALUE: edited(set_attribute("state", typeValues=["Active", "Active"])),
    FileCode.TOO_FEW: project("manifests: []"),
    FileCode.TOO_MANY: project(
        cloud(auth={"bearer": "b", "basic": {"email": "e", "token": "t"}})
    ),
    FileCode.WRONG_LENGTH: text('source: ""\n'),
    FileCode.OUT_OF_RANGE: project("policy: {maxChanges: -1}"),
    FileCode.WRONG_CHARACTERS: text("source: a/b\n"),
    FileCode.BAD_IGNORE: commented("ignroe[no-label] why"),
    FileCode.UNUSED_IGNORE: commented("ignore[no-label] why"),
    FileCode.IGNORE_WITHOUT_REASON: commented("ignore[no-label]"),

    ProjectCode.MISNAMED_PROJECT_FILE: misnamed,
    ProjectCode.UNKNOWN_ENVIRONMENT: project("defaultEnvironment: nowhere"),
    ProjectCode.BASE_URL: project(cloud(baseUrl="http://example.org")),
    ProjectCode.NO_SUCH_DAY: project(
        "ignore: [{address: a, reason: r, owner: o, expires: 2026-02-30}]"
    ),
    ProjectCode.BAD_OVERLAYS: layered("env/n.yaml", "labels: {}"),
    ProjectCode.BAD_GLOB: project("manifests: [nowhere.yaml]"),
    ProjectCode.BAD_LINT: project("lint: {ignore: [locked]}"),
    ProjectCode.BAD_VARIABLE: project(cloud(workspaceId="${")),
    ProjectCode.UNSET_VARIABLE: project(cloud(workspaceId="${NAME}")),
    ProjectCode.EMPTY_VALUE: project(cloud(workspaceId="${NAME}"), NAME=""),
    ProjectCode.BAD_SECRET: project(cloud(auth={"bearer": "${NAME}"}), NAME="two\nlines"),
    ProjectCode.LITERAL_SECRET: project(cloud(auth={"bearer": "written"})),
    ProjectCode.BAD_SCHEMA_AUTH: project(cloud(schemaAuth="embedded")),
    ProjectCode.SCHEMA_POLICY_UNUSED: project(
        cloud()[:-1] + ', "policy": {"schema": {"rename": "allow"}}}'
    ),
    ProjectCode.BAD_RECORDING: no_recording,
    ProjectCode.UNKNOWN_FACT: odd_fact,
    ProjectCode.UNKNOWN_SOURCE: project(cloud(sources={"nowhere": {}})),
    ProjectCode.UNBOUND_SOURCE: project(cloud()),
    ProjectCode.FOREIGN_TOKEN: token_of_another,
    ProjectCode.DUPLICATE_IMPORT_SOURCE_ID: project(
        cloud(sources={name: {"importSourceId": "1"} for name in "ab"})
    ),

    ManifestCode.SOURCE_NAME: text("schema: {}\nmapping: {}\n", "m\x07.yaml"),
    ManifestCode.DUPLICATE_SOURCE: edited(
        without_ids, lambda made: made.update(source="same"), twice=True
    ),
    ManifestCode.CONFLICTING_PARTS: layered("m/part.yaml", "source: n\nmapping: {}"),
    ManifestCode.UNKNOWN_ELEMENT: layered(
        "env/m.yaml", "schema: {objectSchema: {objectTypes: [{externalId: none}]}}"
    ),
    ManifestCode.NOTHING_TO_TAKE_AWAY: layered("env/m.yaml", "labels: null"),
    ManifestCode.DUPLICATE_EXTERNAL_ID: edited(add_type("os", "Another")),
    ManifestCode.CONFLICTING_DEFINITIONS: beside(set_type("os", description="Theirs")),
    # "file" is a child of "drive", and both map it.
    ManifestCode.CHILD_MAPPED_TWICE: beside(),
    ManifestCode.MIXED_EXTERNAL_IDS: edited(lambda made: types(made)["os"].pop("externalId")),
    ManifestCode.NEEDS_EXTERNAL_IDS: edited(
        without_ids, lambda made: made["schema"].update(statusSchema={"statuses": [STATUS]})
    ),
    ManifestCode.DUPLICATE_NAME: edited(add_attribute("file", "size-2", "Size")),
    ManifestCode.UNSEEN_CHARACTERS: edited(set_attribute("size", name="Size ")),
    ManifestCode.EMPTY_NAME: edited(set_attribute("size", name="")),
    ManifestCode.SIMILAR_NAMES: edited(add_attribute("file", "size-2", "SIZE")),
    ManifestCode.TWO_LABELS: edited(set_attribute("size", label=True)),
    ManifestCode.NO_LABEL: edited(set_attribute("os-name", label=False)),
    ManifestCode.CARDINALITY_ZERO: edited(set_attribute("size", maximumCardinality=0)),
    ManifestCode.CARDINALITY_RANGE: edited(set_attribute("size", maximumCardinality=-2)),
    ManifestCode.UNKNOWN_ICON: edited(set_type("os", iconKey="none")),
    ManifestCode.DUPLICATE_ICON: edited(schema(iconSchema={"icons": [ICON, ICON]})),
    ManifestCode.ICON_IMAGE: edited(schema(iconSchema={"icons": [ICON]})),
    ManifestCode.UNKNOWN_STATUS: edited(set_attribute("state", typeValues=["none"])),
    ManifestCode.DUPLICATE_STATUS: edited(schema(statusSchema={"statuses": [STATUS, STATUS]})),
    ManifestCode.STATUS_RENAME: edited(lambda made: made.update(renamedStatuses={"a": "b"})),
    ManifestCode.UNKNOWN_REFERENCE: edited(
        set_attribute("os-ref", referenceObjectTypeExternalId="none")
    ),
    ManifestCode.NO_REFERENCE_TARGET: edited(
        add_attribute("os", "r", "R", type="referenced_object")
    ),
    ManifestCode.STRAY_REFERENCE: edited(
        set_attribute("size", referenceObjectTypeExternalId="os")
    ),
    ManifestCode.NO_MAPPING: edited(lambda made: made["mapping"].update(objectTypeMappings=[])),
    ManifestCode.DUPLICATE_MAPPING: edited(map_type("file", "File")),
    ManifestCode.DUPLICATE_ATTRIBUTE_MAPPING: edited(map_attribute("file", "path", "Path", "x")),
    ManifestCode.UNKNOWN_OBJECT_TYPE: edited(map_type("none", "None")),
    ManifestCode.UNKNOWN_ATTRIBUTE: edited(map_attribute("file", "none", "None", "x")),
    ManifestCode.NAME_MISMATCH: edited(set_mapping("file", objectTypeName="Files")),
    ManifestCode.AMBIGUOUS_NAME: edited(two_of_one_name),
    ManifestCode.UNREADABLE_PATH: edited(set_mapping("file", selector="$.x")),
    ManifestCode.UNREADABLE_IQL: edited(
        map_attribute("file", "size", "Size", "x", objectMappingIQL="Name = ${")
    ),
    ManifestCode.UNKNOWN_IQL_ATTRIBUTE: edited(
        map_attribute("file", "os-ref-2", "OS", "os", objectMappingIQL="Nmae = ${os}"),
        add_attribute(
            "file", "os-ref-2", "OS", type="referenced_object", referenceObjectTypeExternalId="os"
        ),
    ),
    ManifestCode.NO_EXTERNAL_ID_PART: edited(map_type("os", "Operating System"), map_attribute(
        "os", "os-name", "Name", "name")),
}  # fmt: skip

# The same code has another severity where nothing certain can be said, or more is.
OTHERWISE: dict[str, tuple[Raiser, DiagnosticCode, str]] = {
    "an unbound source of which nobody asks the API": (
        validated(cloud()), ProjectCode.UNBOUND_SOURCE, "warning",
    ),
    "an unknown key of a manifest": (
        edited(set_type("os", descripton="x")), FileCode.UNKNOWN_KEY, "warning",
    ),
    "an unknown attribute by its name": (
        edited(without_ids, lambda made: made["mapping"]["objectTypeMappings"][0][
            "attributesMapping"][0].update(attributeName="Other")),
        ManifestCode.UNKNOWN_ATTRIBUTE, "warning",
    ),
    "a minimum below nothing": (
        edited(set_attribute("size", minimumCardinality=-1)),
        ManifestCode.CARDINALITY_RANGE, "warning",
    ),
}  # fmt: skip


def severities(found: Sequence[Diagnostic], code: DiagnosticCode) -> set[str]:
    return {str(d.severity) for d in found if d.code == code}


@pytest.mark.parametrize("code", RAISED, ids=str)
def test_each_code_is_raised_with_its_severity(code: DiagnosticCode, tmp_path: Path) -> None:
    found = RAISED[code](tmp_path)
    in_the_project_file = code is FileCode.UNKNOWN_KEY
    expected = "error" if in_the_project_file else str(code.severity)
    assert severities(found, code) == {expected}, [(d.code, d.text) for d in found]


@pytest.mark.parametrize("case", OTHERWISE)
def test_where_a_case_is_milder_it_says_so(case: str, tmp_path: Path) -> None:
    raiser, code, severity = OTHERWISE[case]
    assert severities(raiser(tmp_path), code) == {severity}


def test_lint_is_what_is_a_warning_in_some_case() -> None:
    """But an unbound source: whoever plans it meets the error."""
    milder = {code for _, code, severity in OTHERWISE.values() if severity == "warning"}
    tables = (FileCode, ProjectCode, ManifestCode)
    warnings = {code for table in tables for code in table if code.severity == "warning"}
    assert LINT.keys() == (warnings | milder) - {ProjectCode.UNBOUND_SOURCE}


def test_there_is_a_case_of_every_code() -> None:
    assert [*RAISED] == [*FileCode, *ProjectCode, *ManifestCode]


HOLDER = Holder(source="s", token="t", runner="r", host="h", pid=1, since=0.0)
FAILED: dict[ErrorCode, BaseException] = {
    ErrorCode.WRONG_USAGE: WrongUsage("x"),
    ErrorCode.MANIFEST_ERRORS: ManifestError([]),
    ErrorCode.DATA_UNREADABLE: DataError("x"),
    ErrorCode.PLAN_NOT_APPLICABLE: PlanError("x"),
    ErrorCode.PLAN_UNREADABLE: PlanFileError("x"),
    ErrorCode.ALTERED_PLAN: AlteredPlan("x"),
    ErrorCode.PLAN_UNSAFE: UnsafePlan("x"),
    ErrorCode.UNAUTHORIZED: Unauthorized("x", request="GET x"),
    ErrorCode.FORBIDDEN: Forbidden("x", request="GET x"),
    ErrorCode.NOT_FOUND: NotFound("x", request="GET x"),
    ErrorCode.REJECTED: Rejected("x", request="GET x"),
    ErrorCode.MAPPING_EXISTS: MappingExists("x", request="GET x"),
    ErrorCode.CONFLICT: Conflict("x", code="THEIRS", request="GET x"),
    ErrorCode.RATE_LIMITED: RateLimited("x", request="GET x"),
    ErrorCode.UNAVAILABLE: Unavailable("x", request="GET x"),
    ErrorCode.UNREADABLE_ANSWER: UnreadableAnswer("x", request="GET x"),
    ErrorCode.FOREIGN_ORIGIN: ForeignOrigin("x", request="GET x"),
    ErrorCode.API_ERROR: BackendError("x", request="GET x"),
    ErrorCode.APPROVAL_NEEDED: ApprovalNeeded("x"),
    ErrorCode.OPERATION_FAILED: OperationFailed("x"),
    ErrorCode.TIMED_OUT: TimedOut("x"),
    ErrorCode.LOCKED: Locked(HOLDER, waited=1),
    ErrorCode.LEASE_LOST: LeaseLost("a"),
    ErrorCode.UNSETTLED: Unsettled("x"),
    ErrorCode.JOURNAL_ERROR: JournalError("x"),
    ErrorCode.ERROR: ReconcilerError("x"),
    ErrorCode.SYSTEM_ERROR: FileNotFoundError("x"),
    ErrorCode.INTERRUPTED: KeyboardInterrupt(),
    ErrorCode.INTERNAL_ERROR: ZeroDivisionError("x"),
}


def test_every_error_of_ours_has_a_code_of_its_own() -> None:
    """But for a stale plan, which says why, and for the branch of the tree above others."""
    classes = {
        value
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, ReconcilerError)
    }
    assert classes - {type(error) for error in FAILED.values()} == {StalePlan, ApplyError}


def test_each_error_has_its_code() -> None:
    assert {code: error_code(error) for code, error in FAILED.items()} == {c: c for c in ErrorCode}


@pytest.mark.parametrize("code", StaleCode)
def test_a_stale_plan_has_its_own(code: StaleCode) -> None:
    assert error_code(StalePlan("x", code=code)) is code
