"""The operations of both APIs: names, methods and paths (the OpenAPI documents)."""

from enum import StrEnum
from typing import Self

# Links in answers use the second (api.md#links).
BASES = ("/jsm/assets", "/jsm/insight")
# Of scoped tokens, as a pattern: it has the id of the site (api.md#base-url).
CLOUD_BASE = "/ex/jira/[^/]+/jsm/assets"

_V1 = "/workspace/{workspace}/v1"
_SOURCE = f"{_V1}/importsource/{{source}}"
_RUN = f"{_SOURCE}/executions/{{resource}}"
_SCHEMA = f"{_V1}/objectschema/{{id}}"
_TYPE = f"{_V1}/objecttype/{{id}}"
_STATUS = f"{_V1}/config/statustype"


class ApiOperation(StrEnum):
    """One operation; the value is its name in faults and in request counts.

    Of two whose paths fit a request the first answers it.
    """

    method: str
    path: str

    def __new__(cls, name: str, method: str = "", path: str = "") -> Self:
        """Return the operation *name*: *method* on *path*."""
        made = str.__new__(cls, name)
        made._value_ = name
        made.method = method
        made.path = path
        return made

    PUT_MAPPING = "put-mapping", "PUT", f"{_SOURCE}/mapping"
    PATCH_MAPPING = "patch-mapping", "PATCH", f"{_SOURCE}/mapping"
    GET_PROGRESS = "get-progress", "GET", f"{_SOURCE}/mapping/progress/{{resource}}"
    GET_CONFIGSTATUS = "get-configstatus", "GET", f"{_SOURCE}/configstatus"
    GET_SCHEMA_AND_MAPPING = "get-schema-and-mapping", "GET", f"{_SOURCE}/schema-and-mapping"
    START_EXECUTION = "start-execution", "POST", f"{_SOURCE}/executions"
    CANCEL_EXECUTION = "cancel-execution", "DELETE", _RUN
    PUT_PROGRESS = "put-progress", "PUT", f"{_RUN}/progress"
    POST_DATA = "post-data", "POST", f"{_RUN}/data"
    GET_EXECUTION_STATUS = "get-execution-status", "GET", f"{_RUN}/status"
    GET_LATEST_EXECUTION = "get-latest-execution", "GET", f"{_SOURCE}/executions/status"
    FAIL_EXECUTION = "fail-execution", "POST", f"{_RUN}/history/failed"
    CREATE_TOKEN = "create-token", "POST", f"{_SOURCE}/token"
    GET_SOURCE = "get-source", "GET", _SOURCE
    GET_SCHEDULE = "get-schedule", "GET", f"{_SOURCE}/schedule"
    GET_INFO = "get-info", "GET", "/v1/imports/info"
    # The companion API.
    LIST_OBJECT_SCHEMAS = "list-object-schemas", "GET", f"{_V1}/objectschema/list"
    GET_OBJECT_SCHEMA = "get-object-schema", "GET", _SCHEMA
    PUT_OBJECT_SCHEMA = "put-object-schema", "PUT", _SCHEMA
    LIST_OBJECT_TYPES = "list-object-types", "GET", f"{_SCHEMA}/objecttypes"
    LIST_ALL_OBJECT_TYPES = "list-all-object-types", "GET", f"{_SCHEMA}/objecttypes/flat"
    LIST_SCHEMA_ATTRIBUTES = "list-schema-attributes", "GET", f"{_SCHEMA}/attributes"
    GET_OBJECT_TYPE = "get-object-type", "GET", _TYPE
    PUT_OBJECT_TYPE = "put-object-type", "PUT", _TYPE
    DELETE_OBJECT_TYPE = "delete-object-type", "DELETE", _TYPE
    MOVE_OBJECT_TYPE = "move-object-type", "POST", f"{_TYPE}/position"
    LIST_TYPE_ATTRIBUTES = "list-type-attributes", "GET", f"{_TYPE}/attributes"
    PUT_ATTRIBUTE = "put-attribute", "PUT", f"{_V1}/objecttypeattribute/{{type}}/{{id}}"
    DELETE_ATTRIBUTE = "delete-attribute", "DELETE", f"{_V1}/objecttypeattribute/{{id}}"
    LIST_STATUSES = "list-statuses", "GET", _STATUS
    GET_STATUS = "get-status", "GET", f"{_STATUS}/{{id}}"
    PUT_STATUS = "put-status", "PUT", f"{_STATUS}/{{id}}"
    DELETE_STATUS = "delete-status", "DELETE", f"{_STATUS}/{{id}}"
    LIST_REFERENCE_TYPES = "list-reference-types", "GET", f"{_V1}/config/referencetype"
    LIST_ICONS = "list-icons", "GET", f"{_V1}/icon/global"
    GET_ICON = "get-icon", "GET", f"{_V1}/icon/{{id}}"
    FIND_OBJECTS = "find-objects", "POST", f"{_V1}/object/aql"
    COUNT_OBJECTS = "count-objects", "POST", f"{_V1}/object/aql/totalcount"
    GET_USAGE = "get-usage", "GET", f"{_V1}/usage"
    LIST_SOURCES = "list-sources", "GET", f"{_V1}/importsource/objectschema/{{id}}"

    @property
    def is_companion(self) -> bool:
        """Whether it is one of the companion API: it names no import source, nor leads to one."""
        return "{source}" not in self.path and self is not ApiOperation.GET_INFO


IMPORTSOURCE = tuple(each for each in ApiOperation if not each.is_companion)
COMPANION = tuple(each for each in ApiOperation if each.is_companion)
WRITES_OF_MAPPING = frozenset({ApiOperation.PUT_MAPPING, ApiOperation.PATCH_MAPPING})
# Queries are sent by POST, and only read.
_QUERIES = (ApiOperation.FIND_OBJECTS, ApiOperation.COUNT_OBJECTS)
COMPANION_WRITES = frozenset(
    each for each in COMPANION if each.method != "GET" and each not in _QUERIES
)
