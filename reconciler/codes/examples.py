"""Lint by example: a line of a manifest that is warned of, and how it is right."""

from collections.abc import Mapping

from reconciler.codes.file import FileCode
from reconciler.codes.known_code import DiagnosticCode
from reconciler.codes.manifest import ManifestCode

# Of each code the wrong line and the right one; more than one line where the place matters.
EXAMPLES: Mapping[DiagnosticCode, tuple[str, str]] = {
    FileCode.UNKNOWN_KEY: (
        "- {externalId: disk/size, name: Size, descripton: In GB, type: integer}",
        "- {externalId: disk/size, name: Size, description: In GB, type: integer}",
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
