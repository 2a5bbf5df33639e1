"""The operations of both APIs, with their methods and paths (the OpenAPI documents)."""

from enum import StrEnum


class ApiOperation(StrEnum):
    """One operation; the value is its name in faults and in request counts."""

    PUT_MAPPING = "put-mapping"
    PATCH_MAPPING = "patch-mapping"
    GET_PROGRESS = "get-progress"
    GET_CONFIGSTATUS = "get-configstatus"
    GET_SCHEMA_AND_MAPPING = "get-schema-and-mapping"
    START_EXECUTION = "start-execution"
    CANCEL_EXECUTION = "cancel-execution"
    PUT_PROGRESS = "put-progress"
    POST_DATA = "post-data"
    GET_EXECUTION_STATUS = "get-execution-status"
    GET_LATEST_EXECUTION = "get-latest-execution"
    FAIL_EXECUTION = "fail-execution"
    CREATE_TOKEN = "create-token"  # noqa: S105 - the name of an operation
    GET_SOURCE = "get-source"
    GET_SCHEDULE = "get-schedule"
    GET_INFO = "get-info"
    # The companion API.
    LIST_OBJECT_SCHEMAS = "list-object-schemas"
    GET_OBJECT_SCHEMA = "get-object-schema"
    PUT_OBJECT_SCHEMA = "put-object-schema"
    LIST_OBJECT_TYPES = "list-object-types"
    LIST_ALL_OBJECT_TYPES = "list-all-object-types"
    LIST_SCHEMA_ATTRIBUTES = "list-schema-attributes"
    GET_OBJECT_TYPE = "get-object-type"
    PUT_OBJECT_TYPE = "put-object-type"
    DELETE_OBJECT_TYPE = "delete-object-type"
    MOVE_OBJECT_TYPE = "move-object-type"
    LIST_TYPE_ATTRIBUTES = "list-type-attributes"
    PUT_ATTRIBUTE = "put-attribute"
    DELETE_ATTRIBUTE = "delete-attribute"
    LIST_STATUSES = "list-statuses"
    GET_STATUS = "get-status"
    PUT_STATUS = "put-status"
    DELETE_STATUS = "delete-status"
    LIST_REFERENCE_TYPES = "list-reference-types"
    LIST_ICONS = "list-icons"
    GET_ICON = "get-icon"
    FIND_OBJECTS = "find-objects"
    COUNT_OBJECTS = "count-objects"
    GET_USAGE = "get-usage"
    LIST_SOURCES = "list-sources"


WRITES_OF_MAPPING = frozenset({ApiOperation.PUT_MAPPING, ApiOperation.PATCH_MAPPING})

# Links in answers use the second (api.md#links).
BASES = ("/jsm/assets", "/jsm/insight")
# Of scoped tokens, as a pattern: it has the id of the site (api.md#base-url).
CLOUD_BASE = "/ex/jira/[^/]+/jsm/assets"

_SOURCE = "/workspace/{workspace}/v1/importsource/{source}"

# /executions/status precedes /executions/{resource}/…: the first match wins.
ROUTES: dict[ApiOperation, tuple[str, str]] = {
    ApiOperation.PUT_MAPPING: ("PUT", f"{_SOURCE}/mapping"),
    ApiOperation.PATCH_MAPPING: ("PATCH", f"{_SOURCE}/mapping"),
    ApiOperation.GET_PROGRESS: ("GET", f"{_SOURCE}/mapping/progress/{{resource}}"),
    ApiOperation.GET_CONFIGSTATUS: ("GET", f"{_SOURCE}/configstatus"),
    ApiOperation.GET_SCHEMA_AND_MAPPING: ("GET", f"{_SOURCE}/schema-and-mapping"),
    ApiOperation.START_EXECUTION: ("POST", f"{_SOURCE}/executions"),
    ApiOperation.GET_LATEST_EXECUTION: ("GET", f"{_SOURCE}/executions/status"),
    ApiOperation.CANCEL_EXECUTION: ("DELETE", f"{_SOURCE}/executions/{{resource}}"),
    ApiOperation.PUT_PROGRESS: ("PUT", f"{_SOURCE}/executions/{{resource}}/progress"),
    ApiOperation.POST_DATA: ("POST", f"{_SOURCE}/executions/{{resource}}/data"),
    ApiOperation.GET_EXECUTION_STATUS: ("GET", f"{_SOURCE}/executions/{{resource}}/status"),
    ApiOperation.FAIL_EXECUTION: ("POST", f"{_SOURCE}/executions/{{resource}}/history/failed"),
    ApiOperation.CREATE_TOKEN: ("POST", f"{_SOURCE}/token"),
    ApiOperation.GET_SCHEDULE: ("GET", f"{_SOURCE}/schedule"),
    ApiOperation.GET_SOURCE: ("GET", _SOURCE),
    ApiOperation.GET_INFO: ("GET", "/v1/imports/info"),
}

_V1 = "/workspace/{workspace}/v1"
_STATUS = f"{_V1}/config/statustype"

# /objectschema/list precedes /objectschema/{id}, /icon/global /icon/{id}.
COMPANION_ROUTES: dict[ApiOperation, tuple[str, str]] = {
    ApiOperation.LIST_OBJECT_SCHEMAS: ("GET", f"{_V1}/objectschema/list"),
    ApiOperation.GET_OBJECT_SCHEMA: ("GET", f"{_V1}/objectschema/{{id}}"),
    ApiOperation.PUT_OBJECT_SCHEMA: ("PUT", f"{_V1}/objectschema/{{id}}"),
    ApiOperation.LIST_OBJECT_TYPES: ("GET", f"{_V1}/objectschema/{{id}}/objecttypes"),
    ApiOperation.LIST_ALL_OBJECT_TYPES: ("GET", f"{_V1}/objectschema/{{id}}/objecttypes/flat"),
    ApiOperation.LIST_SCHEMA_ATTRIBUTES: ("GET", f"{_V1}/objectschema/{{id}}/attributes"),
    ApiOperation.GET_OBJECT_TYPE: ("GET", f"{_V1}/objecttype/{{id}}"),
    ApiOperation.PUT_OBJECT_TYPE: ("PUT", f"{_V1}/objecttype/{{id}}"),
    ApiOperation.DELETE_OBJECT_TYPE: ("DELETE", f"{_V1}/objecttype/{{id}}"),
    ApiOperation.MOVE_OBJECT_TYPE: ("POST", f"{_V1}/objecttype/{{id}}/position"),
    ApiOperation.LIST_TYPE_ATTRIBUTES: ("GET", f"{_V1}/objecttype/{{id}}/attributes"),
    ApiOperation.PUT_ATTRIBUTE: ("PUT", f"{_V1}/objecttypeattribute/{{type}}/{{id}}"),
    ApiOperation.DELETE_ATTRIBUTE: ("DELETE", f"{_V1}/objecttypeattribute/{{id}}"),
    ApiOperation.LIST_STATUSES: ("GET", _STATUS),
    ApiOperation.GET_STATUS: ("GET", f"{_STATUS}/{{id}}"),
    ApiOperation.PUT_STATUS: ("PUT", f"{_STATUS}/{{id}}"),
    ApiOperation.DELETE_STATUS: ("DELETE", f"{_STATUS}/{{id}}"),
    ApiOperation.LIST_REFERENCE_TYPES: ("GET", f"{_V1}/config/referencetype"),
    ApiOperation.LIST_ICONS: ("GET", f"{_V1}/icon/global"),
    ApiOperation.GET_ICON: ("GET", f"{_V1}/icon/{{id}}"),
    ApiOperation.FIND_OBJECTS: ("POST", f"{_V1}/object/aql"),
    ApiOperation.COUNT_OBJECTS: ("POST", f"{_V1}/object/aql/totalcount"),
    ApiOperation.GET_USAGE: ("GET", f"{_V1}/usage"),
    ApiOperation.LIST_SOURCES: ("GET", f"{_V1}/importsource/objectschema/{{id}}"),
}
COMPANION = frozenset(COMPANION_ROUTES)
COMPANION_WRITES = frozenset(
    {
        ApiOperation.PUT_OBJECT_SCHEMA,
        ApiOperation.PUT_OBJECT_TYPE,
        ApiOperation.DELETE_OBJECT_TYPE,
        ApiOperation.MOVE_OBJECT_TYPE,
        ApiOperation.PUT_ATTRIBUTE,
        ApiOperation.DELETE_ATTRIBUTE,
        ApiOperation.PUT_STATUS,
        ApiOperation.DELETE_STATUS,
    }
)
