"""What is known of the JSON in answers: a strict JSON Schema for each.

Known is what Atlassian documents, what was observed, and what our emulator takes for likely
(api.md#grades). Objects have no other keys. Null stands for absence everywhere, and ids are texts
or numbers (api.md#companion-ids-and-counts). The tolerant reading, of what is needed and no more,
is that of `answers` and `schema_answers`.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from reconciler.manifest import schemas
from reconciler.model.fields import ATTRIBUTE, ATTRIBUTE_MAPPING, OBJECT_TYPE, TYPE_MAPPING
from reconciler.model.source import EXTERNAL, ConfigStatus
from reconciler.semantics.operations import ApiOperation
from reconciler.semantics.response import Code

Schema = dict[str, Any]

_ANY: Schema = {}
_TEXT: Schema = {"type": "string"}
_WHOLE: Schema = {"type": "integer"}
_FLAG: Schema = {"type": "boolean"}
_ID: Schema = {"type": ["string", "integer"]}


def _words(*words: str) -> Schema:
    return {"enum": [each for some in words for each in some.split()]}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _map(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": _or_null(values)}


def _object(
    needed: str = "",
    *,
    texts: str = "",
    wholes: str = "",
    flags: str = "",
    ids: str = "",
    **others: Schema,
) -> Schema:
    """Return the schema of an object with these keys, of which some are *needed*, and no others."""
    kinds = ((texts, _TEXT), (wholes, _WHOLE), (flags, _FLAG), (ids, _ID))
    keys = {key: kind for names, kind in kinds for key in names.split()} | others
    return {
        "type": "object",
        "properties": {key: _or_null(each) for key, each in keys.items()},
        "required": needed.split(),
        "additionalProperties": False,
    }


def _or_null(schema: Schema) -> Schema:
    if "enum" in schema:
        return {"enum": [*schema["enum"], None]}
    known = schema.get("type", [])
    types = [known] if isinstance(known, str) else known
    return {**schema, "type": [*types, "null"]} if types else schema


_VALIDITY = _object(
    texts="name validation configurationAuiLozenge validationAuiLozenge",
    configurationStatusType=_words("DISABLED ENABLED"),
    validationStatusType=_words("VALID INVALID_CONFIGURATION MODULE_UNINSTALLED"),
    reasonForInvalidity=_map(_ANY),
)
# api.md#the-source-in-full
_ENTRY = _object(
    texts="created updated description selectorQlQuery selectorIQL selector emptyValues "
    "unknownValues",
    flags="matchIdentifierIgnoreCase",
    ids="id parentImportSourceOTId importSourceId objectTypeId",
    objectType=_object(texts="name", ids="id"),
    importStatus=_VALIDITY,
    importSourceOTAttrEntries=_list(_object(ids="id")),
)
IMPORT_SOURCE = _object(
    texts="workspaceId globalId name created updated description defaultConcatenator "
    "defaultHandleEmptyValues defaultHandleUnknownValues dateFormat dateTimeFormat url "
    "defaultHandleComputeIssueValues defaultHandleNullValues defaultHandleNotMappedValues",
    flags="tokenGenerated isImportSourceSchedulingEnabled",
    ids="id collectionId objectSchemaId integratedImportTypeId integratedImportTypeExtensionId",
    importSourceModuleKey=_words(
        EXTERNAL,
        "rlabs-import-type-csv rlabs-import-type-json rlabs-import-type-dm-csv",
        "insight-discovery-import",
    ),
    importStatus=_VALIDITY,
    importExecutionType=_words("MANUAL SCHEDULED"),
    importSpecificConfiguration={"type": ["string", "object"]},
    importSourceOTEntries=_list(_ENTRY),
    scheduledImportDetails=_object(
        texts="startTime nextScheduledTime createdAt",
        ids="importScheduleId",
        runFrequency=_words("ONCE DAILY WEEKLY MONTHLY"),
    ),
)
# api.md#results. `unresolvedReferences` is the emulator's own.
_TYPE_RESULT = _object(
    texts="objectTypeName objectsCreatedQlQuery",
    wholes="objectsUpdated objectsCreated objectsIdentical objectsMissingUpdated "
    "objectsMissingDeleted entriesInSource duplicateEnries emptyLabelEntries "
    "emptyExternalIdEntries objectsFilteredWithQlQuery readExternalDataTimeInMs "
    "mapExternalDataTimeInMs qlQueryFilteringTimeInMs decidingActionsTimeInMs "
    "writeInsightDataTimeInMs postFunctionTimeInMs executionTimeInMs "
    "objectsWithUpdatedReferences errorCount unresolvedReferences",
    ids="id objectTypeId",
    errorMessages=_ANY,
)
EXECUTION = _object(
    "status",
    ids="executionId",
    status=_words("INGESTING PROCESSING DONE CANCELLED"),
    progressResult=_object(
        texts="started ended infoMessage",
        wholes="totalNumberEntriesInImport errorCount",
        ids="id objectSchemaId jobId importSourceId",
        type=_words("IMPORT"),
        result=_words("OK ERROR CANCELLED"),
        status=_words("IN_PROGRESS FINISHED"),
        populatedObjectTypes=_list(_TEXT),
        onlyExecutedForObjectTypes=_list(_ANY),
        objectTypeResultMap=_map(_TYPE_RESULT),
        errorMessages=_ANY,
    ),
)
_LINKS_OF_RUN = "cancel getExecutionStatus"
STARTED = _object(
    "links",
    links=_object(texts=f"submitProgress submitResults {_LINKS_OF_RUN}"),
    result=_words("success"),
)
CONFIG_STATUS = _object("status", status=_words(*ConfigStatus), links=_object(texts=_LINKS_OF_RUN))
PROGRESS = _object(
    "progressStatus",
    texts="resultMessage",
    progressStatus=_words("IN_PROGRESS FINISHED"),
    result=_words("OK ERROR"),
)
INFO = _object("links", links=_object(texts="getStatus start mapping"))

# The companion API: what tells a thing from others is needed.
OBJECT_SCHEMA = _object(
    "id name",
    texts="workspaceId globalId name objectSchemaKey description created updated",
    wholes="objectCount objectTypeCount",
    flags="canManage",
    ids="id",
    status=_words("Ok"),
)
SCHEMA_TYPE = _object(
    "id name",
    texts="workspaceId globalId name description created updated",
    wholes="position objectCount type",
    flags="inherited abstractObjectType parentObjectTypeInherited",
    ids="id parentObjectTypeId objectSchemaId",
    icon=_object(texts="name url16 url48", ids="id"),
)
_REFERENCE_TYPE = _object(
    texts="workspaceId globalId name description color url16",
    flags="removable",
    ids="id objectSchemaId",
    cdmData=_ANY,
)
SCHEMA_ATTRIBUTE = _object(
    "id name",
    texts="workspaceId globalId name description typeValue additionalValue suffix "
    "regexValidation iql qlQuery options",
    wholes="minimumCardinality maximumCardinality position",
    flags="label editable system indexed sortable summable removable objectAttributeExists "
    "hidden includeChildObjectTypes uniqueAttribute",
    ids="id referenceObjectTypeId",
    type={"enum": [0, 1, 2, 4, 7]},
    defaultType=_object(texts="name", id={"enum": [*range(-1, 12)]}),
    typeValueMulti=_list(_ID),
    objectType=SCHEMA_TYPE,
    referenceType=_REFERENCE_TYPE,
    referenceObjectType=SCHEMA_TYPE,
)
SCHEMA_STATUS = _object(
    "id name",
    texts="workspaceId globalId name description",
    ids="id objectSchemaId",
    category={"enum": [0, 1, 2]},
)
# How an object shows its values is not documented: what is needed of it is read.
_FOUND = _object(
    "id",
    texts="workspaceId globalId label objectKey created updated",
    flags="hasAvatar",
    ids="id",
    avatar=_ANY,
    objectType=SCHEMA_TYPE,
    timestamp={"type": "number"},
    attributes=_list(_ANY),
    _links=_ANY,
)


def _page(values: Schema, attributes: Schema | None = None) -> Schema:
    page = _object(
        "values isLast",
        wholes="startAt maxResults total",
        flags="isLast last",
        values=_list(values),
    )
    if attributes is not None:
        page["properties"]["objectTypeAttributes"] = _or_null(_list(attributes))
    return page


# Of every operation (api.md#body-of-a-400, api.md#conflicts, api.md#companion-ids-and-counts).
# What stands beside the `code` of an entry is our emulator's, and so are the last two codes.
ERROR = _object(
    texts="message",
    wholes="code",
    errorMessages=_list(_TEXT),
    errors=_map(_ANY),
    dataValidationErrors=_list(
        _object(
            "code",
            texts="message pointer",
            code=_words(*Code, "MISSING_MAPPING CHILD_TYPE_MAPPED_ELSEWHERE"),
        )
    ),
    result=_words("error"),
    errorCode=_words("MISSING_MAPPING DISABLED INVALID_IMPORT_MODULE_KEY IN_PROGRESS"),
)
TOKEN = _object("token", texts="token")
TOTAL = _object("totalCount", wholes="totalCount")
SCHEMAS = _page(OBJECT_SCHEMA)
OBJECTS = _page(_FOUND, attributes=SCHEMA_ATTRIBUTE)
SCHEMA_TYPES, SCHEMA_ATTRIBUTES = _list(SCHEMA_TYPE), _list(SCHEMA_ATTRIBUTE)
SCHEMA_STATUSES = _list(SCHEMA_STATUS)
SOURCES = _list(IMPORT_SOURCE)

_TABLES = {
    "objectType": OBJECT_TYPE,
    "attribute": ATTRIBUTE,
    "objectTypeMapping": TYPE_MAPPING,
    "attributeMapping": ATTRIBUTE_MAPPING,
}


@cache
def document() -> Schema:
    """Return the schema of a schema and mapping: the tolerant one, without any other key."""
    known, sent = schemas.schema("answer"), schemas.schema("payload-2023-10-19")
    parts = known["$defs"]
    for name, table in _TABLES.items():
        parts[name]["properties"] |= dict.fromkeys(table.seen, _ANY)
    for name, key in (("attribute", "type"), ("status", "category")):
        parts[name]["properties"][key] = _or_null(sent["$defs"][name]["properties"][key])
    known["properties"]["$schema"] = _ANY
    closed: Schema = _closed(known)
    return closed


def _closed(part: Any) -> Any:
    if isinstance(part, list):
        return [*map(_closed, part)]
    if not isinstance(part, dict):
        return part
    keys = {key: _closed(below) for key, below in part.items()}
    return keys | {"additionalProperties": False} if "properties" in part else keys


# Of a success of each operation, as far as one is documented.
BODIES: Mapping[ApiOperation, Schema] = {
    ApiOperation.GET_INFO: INFO,
    ApiOperation.GET_SOURCE: IMPORT_SOURCE,
    ApiOperation.GET_PROGRESS: PROGRESS,
    ApiOperation.GET_CONFIGSTATUS: CONFIG_STATUS,
    ApiOperation.GET_SCHEMA_AND_MAPPING: document(),
    ApiOperation.START_EXECUTION: STARTED,
    ApiOperation.GET_LATEST_EXECUTION: EXECUTION,
    ApiOperation.GET_EXECUTION_STATUS: EXECUTION,
    ApiOperation.CREATE_TOKEN: TOKEN,
    ApiOperation.LIST_SOURCES: SOURCES,
    ApiOperation.LIST_OBJECT_SCHEMAS: SCHEMAS,
    ApiOperation.GET_OBJECT_SCHEMA: OBJECT_SCHEMA,
    ApiOperation.PUT_OBJECT_SCHEMA: OBJECT_SCHEMA,
    ApiOperation.LIST_ALL_OBJECT_TYPES: SCHEMA_TYPES,
    ApiOperation.LIST_SCHEMA_ATTRIBUTES: SCHEMA_ATTRIBUTES,
    ApiOperation.PUT_OBJECT_TYPE: SCHEMA_TYPE,
    ApiOperation.DELETE_OBJECT_TYPE: SCHEMA_TYPE,
    ApiOperation.MOVE_OBJECT_TYPE: SCHEMA_TYPE,
    ApiOperation.PUT_ATTRIBUTE: SCHEMA_ATTRIBUTE,
    ApiOperation.LIST_STATUSES: SCHEMA_STATUSES,
    ApiOperation.PUT_STATUS: SCHEMA_STATUS,
    ApiOperation.FIND_OBJECTS: OBJECTS,
    ApiOperation.COUNT_OBJECTS: TOTAL,
}
