"""Lint by example: what is warned of in a manifest, or in a file beside it, and how it is right."""

from collections.abc import Mapping

from reconciler.codes.file import FileCode
from reconciler.codes.known_code import DiagnosticCode
from reconciler.codes.manifest import ManifestCode
from reconciler.codes.project import ProjectCode

_PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAADAAAAAwAQAAAAB/ecQqAAAAEElEQVR42mP4DwYMoxR1KABPVB7wgCAA8AAAAABJRU5E"
    "rkJggg=="
)
# Of each code the wrong line and the right one; more than one line where the place matters.
EXAMPLES: Mapping[DiagnosticCode, tuple[str, str]] = {
    FileCode.UNKNOWN_KEY: (
        "- {externalId: disk/size, name: Size, descripton: In GB, type: integer}",
        "- {externalId: disk/size, name: Size, description: In GB, type: integer}",
    ),
    FileCode.NEAR_MISS: ("objectTypeMappings: []", "mapping:\n  objectTypeMappings: []"),
    FileCode.NOT_A_MANIFEST: (
        "validate disks.yaml plan.json",
        "validate disks.yaml",
    ),
    FileCode.BAD_IGNORE: (
        "# reconciler: ignore no-label",
        "# reconciler: ignore[no-label] the scanner has no names",
    ),
    FileCode.UNUSED_IGNORE: (
        "- externalId: host  # reconciler: ignore[no-label] the scanner has no names",
        "- externalId: host",
    ),
    ProjectCode.MISNAMED_PROJECT_FILE: ("reconciler.yml", "reconciler.yaml"),
    ProjectCode.LITERAL_SECRET: ("auth: {bearer: 8c1f0a}", 'auth: {bearer: "${ASSETS_TOKEN}"}'),
    ProjectCode.SCHEMA_POLICY_UNUSED: (
        "policy: {schema: {rename: allow}}\nenvironments: {lab: {backend: embedded}}",
        (
            "policy: {schema: {rename: allow}}\n"
            "environments: {lab: {backend: embedded, schemaAuth: embedded}}"
        ),
    ),
    ProjectCode.UNKNOWN_FACT: (
        'patch-lable: {outcome: stays, observed: "2027-01-12", version: "1.0"}',
        'patch-label: {outcome: stays, observed: "2027-01-12", version: "1.0"}',
    ),
    ProjectCode.UNKNOWN_SOURCE: (
        "sources: {dsks: {importSourceId: 4f1c}}",
        "sources: {disks: {importSourceId: 4f1c}}",
    ),
    ManifestCode.NOTHING_TO_TAKE_AWAY: (
        "- {externalId: object-type/drive, iconKey: null}",
        "- {externalId: object-type/drive, description: A drive of the lab}",
    ),
    ManifestCode.CONFLICTING_DEFINITIONS: (
        "# disks.yaml\ndescription: A drive\n# scan.yaml\ndescription: A hard disk",
        "# disks.yaml\ndescription: A drive\n# scan.yaml\ndescription: A drive",
    ),
    ManifestCode.NEEDS_EXTERNAL_IDS: (
        "- {name: Serial, description: A number, type: text, label: true, unique: true}",
        "- {name: Serial, description: A number, type: text, label: true}",
    ),
    ManifestCode.CARDINALITY_RANGE: ("minimumCardinality: -1", "minimumCardinality: 0"),
    ManifestCode.UNKNOWN_ICON: ("iconKey: dsk", "iconKey: disk"),
    ManifestCode.ICON_IMAGE: ("png48: aGVsbG8=", f"png48: {_PNG}"),
    ManifestCode.NO_MAPPING: (
        "objectTypeMappings: []",
        """\
objectTypeMappings:
  - objectTypeExternalId: host
    objectTypeName: Host
    selector: hosts
    description: Hosts of the scan
    attributesMapping:
      - attributeExternalId: host/name
        attributeName: Name
        attributeLocators: [name]
        externalIdPart: true""",
    ),
    ManifestCode.UNKNOWN_ATTRIBUTE: ("attributeName: Seriel", "attributeName: Serial"),
    ManifestCode.AMBIGUOUS_NAME: (
        "objectTypeName: Room",
        "objectTypeExternalId: site/room\nobjectTypeName: Room",
    ),
    ManifestCode.UNSEEN_CHARACTERS: ('name: "Disk "', "name: Disk"),
    ManifestCode.EMPTY_NAME: ('name: ""', "name: Disk"),
    ManifestCode.SIMILAR_NAMES: (
        "- {externalId: disk/size, name: SERIAL, description: In GB, type: integer}",
        "- {externalId: disk/size, name: Size, description: In GB, type: integer}",
    ),
    ManifestCode.TWO_LABELS: (
        "- {externalId: disk/size, name: Size, description: In GB, type: integer, label: true}",
        "- {externalId: disk/size, name: Size, description: In GB, type: integer}",
    ),
    ManifestCode.NO_LABEL: (
        "- {externalId: disk/serial, name: Serial, description: A number, type: text}",
        "- {externalId: disk/serial, name: Serial, description: A number, type: text, label: true}",
    ),
    ManifestCode.UNKNOWN_STATUS: ("typeValues: [Activ]", "typeValues: [Active]"),
    ManifestCode.NO_REFERENCE_TARGET: (
        "type: referenced_object",
        "type: referenced_object\nreferenceObjectTypeExternalId: host",
    ),
    ManifestCode.STRAY_REFERENCE: (
        "type: text\nreferenceObjectTypeExternalId: host",
        "type: referenced_object\nreferenceObjectTypeExternalId: host",
    ),
    ManifestCode.NAME_MISMATCH: (
        "objectTypeExternalId: disk\nobjectTypeName: Disks",
        "objectTypeExternalId: disk\nobjectTypeName: Disk",
    ),
    ManifestCode.UNREADABLE_PATH: ("selector: $.disks[*]", "selector: scan.disks"),
    ManifestCode.UNREADABLE_IQL: (
        "objectMappingIQL: Name = ${host",
        "objectMappingIQL: Name = ${host}",
    ),
    ManifestCode.UNKNOWN_IQL_ATTRIBUTE: (
        "objectMappingIQL: Nmae = ${host}",
        "objectMappingIQL: Name = ${host}",
    ),
    ManifestCode.NO_EXTERNAL_ID_PART: ("externalIdPart: false", "externalIdPart: true"),
}
