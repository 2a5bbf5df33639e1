"""Codes for faults in the content of a manifest, alone or together with the others."""

from reconciler.codes.known_code import DiagnosticCode
from reconciler.diagnostics import Confidence, Severity

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING
_DOCUMENTED, _INFERRED = Confidence.DOCUMENTED, Confidence.INFERRED


class ManifestCode(DiagnosticCode):
    """Faults of schema and mapping that are found without the API."""

    SOURCE_NAME = (
        "source-name",
        _ERROR,
        "a manifest names no source, and its file's name cannot be that of one",
        "add a source: to the manifest",
    )
    DUPLICATE_SOURCE = (
        "duplicate-source",
        _ERROR,
        "two manifests are of the same source",
        "give each manifest a source of its own; without one, it is the file's name",
    )

    CONFLICTING_PARTS = (
        "conflicting-parts",
        _ERROR,
        "two files of one manifest state one field differently, and neither is an overlay",
        "state it in one of them",
    )
    UNKNOWN_ELEMENT = (
        "unknown-element",
        _ERROR,
        (
            "a part or an overlay changes an element that the manifest does not have, and has too "
            "little to be a new one; elements are joined by external id, those without by name"
        ),
        "correct the id or the name, or give it all the keys of a new one",
    )
    NOTHING_TO_TAKE_AWAY = (
        "nothing-to-take-away",
        _WARNING,
        "an overlay takes a key away that is not there",
        "correct the key, or leave it out",
        None,
    )
    DUPLICATE_EXTERNAL_ID = (
        "duplicate-external-id",
        _ERROR,
        "two elements have the same external id, in one manifest or in two",
        "give each an external id of its own: they are unique over all object schemas",
    )
    CONFLICTING_DEFINITIONS = (
        "conflicting-definitions",
        _WARNING,
        "two manifests define what they share differently: a type, an icon or a status",
        "define it alike in both: which of two writes would win is not known",
        None,
    )
    CHILD_MAPPED_TWICE = (
        "child-mapped-twice",
        _ERROR,
        "two manifests map one object type that has a parent, which is not supported",
        "map it in one of them",
    )
    MIXED_EXTERNAL_IDS = (
        "mixed-external-ids",
        _ERROR,
        "an object type or an attribute has no external id, and others of the manifest have",
        "write external ids on every object type and attribute, or on none",
        _DOCUMENTED,
    )
    NEEDS_EXTERNAL_IDS = (
        "needs-external-ids",
        _WARNING,
        "a key takes effect only where object types and attributes have external ids",
        "give every object type and attribute an externalId, or leave the key out",
        None,
    )

    DUPLICATE_NAME = (
        "duplicate-name",
        _ERROR,
        "two object types under one parent, or two attributes of one type, have the same name",
        "rename one of them",
        _INFERRED,
    )
    UNSEEN_CHARACTERS = (
        "unseen-characters",
        _WARNING,
        (
            "a name or an external id holds what nobody sees or a server may change: blanks at the "
            "ends or in a row, accents apart from their letters, control or format characters"
        ),
        "write it without them, or keep it if live has it so",
        Confidence.UNKNOWN,
    )
    EMPTY_NAME = (
        "empty-name",
        _WARNING,
        "a name or an external id is an empty text",
        "write one",
        Confidence.UNKNOWN,
    )
    SIMILAR_NAMES = (
        "similar-names",
        _WARNING,
        (
            "two elements in one place have names that differ only in case, in blanks or in what "
            "nobody sees"
        ),
        "give one of them another name, if they are not meant to be one",
        Confidence.UNKNOWN,
    )
    TWO_LABELS = (
        "two-labels",
        _WARNING,
        "more than one attribute of an object type is its label",
        "leave label: true on one of them",
        Confidence.UNKNOWN,
    )
    NO_LABEL = (
        "no-label",
        _WARNING,
        "no attribute of an object type is its label",
        "give the attribute that names an object label: true",
        None,
    )
    CARDINALITY_ZERO = (
        "cardinality-zero",
        _ERROR,
        "an attribute may have no value at all: its maximumCardinality is 0",
        "write how many values it may have; -1 is unlimited",
    )
    CARDINALITY_RANGE = (
        "cardinality-range",
        _ERROR,
        "the cardinality of an attribute is negative, or its minimum is more than its maximum",
        "write 0 or more as the minimum, and as the maximum no less, or -1 for unlimited",
    )
    UNKNOWN_ICON = (
        "unknown-icon",
        _WARNING,
        "an object type has an icon that the manifest's iconSchema does not define",
        "correct the key, or add the icon; it may be present in Assets already",
        _DOCUMENTED,
    )
    DUPLICATE_ICON = (
        "duplicate-icon",
        _ERROR,
        "two icons have the same key",
        "keep one of them",
        _INFERRED,
    )
    ICON_IMAGE = (
        "icon-image",
        _WARNING,
        "the image of an icon is not what the API asks for",
        "write a PNG image of 48×48 pixels, in base64",
        _DOCUMENTED,
    )
    UNKNOWN_STATUS = (
        "unknown-status",
        _WARNING,
        "an attribute takes a status that the manifest's statusSchema does not define",
        "correct the name, or add the status; it may be present in Assets already",
        _DOCUMENTED,
    )
    DUPLICATE_STATUS = (
        "duplicate-status",
        _ERROR,
        "two statuses have the same name",
        "keep one of them",
        _INFERRED,
    )
    STATUS_RENAME = (
        "status-rename",
        _ERROR,
        (
            "renamedStatuses renames a status that the manifest still defines, to a name that it "
            "lacks, or two to one name"
        ),
        "define the new name in statusSchema and the old one no more, or take the entry out",
    )

    UNKNOWN_REFERENCE = (
        "unknown-reference",
        _ERROR,
        "an attribute refers to an object type that its manifest does not define",
        "add the object type that is referred to, to the same manifest",
        Confidence.REPORTED,
    )
    NO_REFERENCE_TARGET = (
        "no-reference-target",
        _WARNING,
        "an attribute of type referenced_object does not say which object type it refers to",
        "give it a referenceObjectTypeExternalId",
        Confidence.UNKNOWN,
    )
    STRAY_REFERENCE = (
        "stray-reference",
        _WARNING,
        "an attribute names the target of a reference, and its type is not referenced_object",
        "give it the type referenced_object, or leave the key out",
        None,
    )

    NO_MAPPING = (
        "no-mapping",
        _WARNING,
        (
            "a manifest has object types and maps none of them, as pull writes it for a source "
            "without a mapping: an import fills nothing"
        ),
        "add a mapping for each object type to fill to objectTypeMappings, and plan",
        None,
    )
    DUPLICATE_MAPPING = (
        "duplicate-mapping",
        _ERROR,
        "an object type is mapped twice in one manifest",
        "make one mapping of both",
    )
    DUPLICATE_ATTRIBUTE_MAPPING = (
        "duplicate-attribute-mapping",
        _ERROR,
        "an attribute is mapped twice in one mapping",
        "make one entry of both: attributeLocators takes several locators",
    )
    UNKNOWN_OBJECT_TYPE = (
        "unknown-object-type",
        _ERROR,
        "a mapping is for an object type that its manifest does not define",
        "correct the id or the name, or add the object type",
    )
    UNKNOWN_ATTRIBUTE = (
        "unknown-attribute",
        _ERROR,
        (
            "a mapping fills an attribute that its manifest does not define: by external id an "
            "error, by name a warning, for it may be present in Assets already"
        ),
        "correct the id or the name, or add the attribute to the object type",
    )
    NAME_MISMATCH = (
        "name-mismatch",
        _WARNING,
        "something is named by its external id and by a name that is not its own",
        "correct the name, or leave it out: the external id decides",
        None,
    )
    AMBIGUOUS_NAME = (
        "ambiguous-name",
        _WARNING,
        "an object type is named by its name alone, and several have that name",
        "say which one by its external id",
        Confidence.UNKNOWN,
    )
    UNREADABLE_PATH = (
        "unreadable-path",
        _WARNING,
        "a selector or a locator is no dotted path, the only form that is known to be read",
        "write the name of the field, with dots where it lies deeper",
        _INFERRED,
    )
    UNREADABLE_IQL = (
        "unreadable-iql",
        _WARNING,
        "an objectMappingIQL has an open placeholder, quotation mark or parenthesis, or is empty",
        "close it",
        _INFERRED,
    )
    UNKNOWN_IQL_ATTRIBUTE = (
        "unknown-iql-attribute",
        _WARNING,
        "an objectMappingIQL compares an attribute that the object type referred to lacks",
        "correct the name; it may be present in Assets already",
        _DOCUMENTED,
    )
    NO_EXTERNAL_ID_PART = (
        "no-external-id-part",
        _WARNING,
        "no attribute of a mapping is part of the external id of its objects",
        "give the attribute that identifies an object externalIdPart: true",
        _INFERRED,
    )
