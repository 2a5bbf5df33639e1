"""The operations of both APIs: names, methods, paths, and answers (the OpenAPI documents)."""

from enum import StrEnum
from typing import Self

from reconciler.regex import regex

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


_READ = "200 400"
_ID = regex(r"\{\w+\}")
# 403 and 404 are documented of the source itself, and gateways answer the others.
_OF_ANY = frozenset({401, 403, 404, 408, 429})
_OF_SERVERS = 500


class ApiOperation(StrEnum):
    """One operation; the value is its name in faults and in request counts.

    `statuses` are those that are known of its answers, none if no client asks for it. PUT is
    answered 303 as PATCH is (api.md#asynchronous-answers).
    """

    method: str
    path: str
    statuses: frozenset[int]

    def __new__(cls, name: str, method: str = "", path: str = "", statuses: str = "") -> Self:
        """Return the operation *name*: *method* on *path*."""
        made = str.__new__(cls, name)
        made._value_ = name
        made.method = method
        made.path = path
        made.statuses = frozenset(map(int, statuses.split()))
        return made

    PUT_MAPPING = "put-mapping", "PUT", f"{_SOURCE}/mapping", "204 303 400 409"
    PATCH_MAPPING = "patch-mapping", "PATCH", f"{_SOURCE}/mapping", "204 303 400"
    GET_PROGRESS = "get-progress", "GET", f"{_SOURCE}/mapping/progress/{{resource}}", _READ
    GET_CONFIGSTATUS = "get-configstatus", "GET", f"{_SOURCE}/configstatus", _READ
    GET_SCHEMA_AND_MAPPING = (
        "get-schema-and-mapping",
        "GET",
        f"{_SOURCE}/schema-and-mapping",
        _READ,
    )
    START_EXECUTION = "start-execution", "POST", f"{_SOURCE}/executions", "200 400 409"
    CANCEL_EXECUTION = "cancel-execution", "DELETE", _RUN, "200 204 400"
    PUT_PROGRESS = "put-progress", "PUT", f"{_RUN}/progress", _READ
    POST_DATA = "post-data", "POST", f"{_RUN}/data", _READ
    GET_EXECUTION_STATUS = "get-execution-status", "GET", f"{_RUN}/status", _READ
    GET_LATEST_EXECUTION = "get-latest-execution", "GET", f"{_SOURCE}/executions/status", _READ
    FAIL_EXECUTION = "fail-execution", "POST", f"{_RUN}/history/failed", "204 400"
    CREATE_TOKEN = "create-token", "POST", f"{_SOURCE}/token", "200"
    GET_SOURCE = "get-source", "GET", _SOURCE, "200"
    GET_SCHEDULE = "get-schedule", "GET", f"{_SOURCE}/schedule"
    GET_INFO = "get-info", "GET", "/v1/imports/info", _READ
    # The companion API.
    LIST_OBJECT_SCHEMAS = "list-object-schemas", "GET", f"{_V1}/objectschema/list", "200"
    GET_OBJECT_SCHEMA = "get-object-schema", "GET", _SCHEMA, "200"
    PUT_OBJECT_SCHEMA = "put-object-schema", "PUT", _SCHEMA, _READ
    LIST_OBJECT_TYPES = "list-object-types", "GET", f"{_SCHEMA}/objecttypes"
    LIST_ALL_OBJECT_TYPES = "list-all-object-types", "GET", f"{_SCHEMA}/objecttypes/flat", "200"
    LIST_SCHEMA_ATTRIBUTES = "list-schema-attributes", "GET", f"{_SCHEMA}/attributes", "200"
    GET_OBJECT_TYPE = "get-object-type", "GET", _TYPE
    PUT_OBJECT_TYPE = "put-object-type", "PUT", _TYPE, _READ
    DELETE_OBJECT_TYPE = "delete-object-type", "DELETE", _TYPE, _READ
    MOVE_OBJECT_TYPE = "move-object-type", "POST", f"{_TYPE}/position", _READ
    LIST_TYPE_ATTRIBUTES = "list-type-attributes", "GET", f"{_TYPE}/attributes"
    PUT_ATTRIBUTE = "put-attribute", "PUT", f"{_V1}/objecttypeattribute/{{type}}/{{id}}", _READ
    DELETE_ATTRIBUTE = "delete-attribute", "DELETE", f"{_V1}/objecttypeattribute/{{id}}", _READ
    LIST_STATUSES = "list-statuses", "GET", _STATUS, "200"
    GET_STATUS = "get-status", "GET", f"{_STATUS}/{{id}}"
    PUT_STATUS = "put-status", "PUT", f"{_STATUS}/{{id}}", _READ
    DELETE_STATUS = "delete-status", "DELETE", f"{_STATUS}/{{id}}", _READ
    LIST_REFERENCE_TYPES = "list-reference-types", "GET", f"{_V1}/config/referencetype"
    LIST_ICONS = "list-icons", "GET", f"{_V1}/icon/global"
    GET_ICON = "get-icon", "GET", f"{_V1}/icon/{{id}}"
    FIND_OBJECTS = "find-objects", "POST", f"{_V1}/object/aql", _READ
    COUNT_OBJECTS = "count-objects", "POST", f"{_V1}/object/aql/totalcount", _READ
    GET_USAGE = "get-usage", "GET", f"{_V1}/usage"
    LIST_SOURCES = "list-sources", "GET", f"{_V1}/importsource/objectschema/{{id}}", "200"

    @property
    def is_companion(self) -> bool:
        """Whether it is one of the companion API: it names no import source, nor leads to one."""
        return "{source}" not in self.path and self is not ApiOperation.GET_INFO

    @property
    def shown(self) -> str:
        """The method, and the path below /v1/ with a … for each id."""
        return f"{self.method} {_ID.sub('…', self.path.partition('/v1/')[2])}"

    def may_answer(self, status: int) -> bool:
        """Return whether *status* is known of it."""
        return status in self.statuses | _OF_ANY or status >= _OF_SERVERS


IMPORTSOURCE = tuple(each for each in ApiOperation if not each.is_companion)
COMPANION = tuple(each for each in ApiOperation if each.is_companion)
WRITES_OF_MAPPING = frozenset({ApiOperation.PUT_MAPPING, ApiOperation.PATCH_MAPPING})
# Queries are sent by POST, and only read.
_QUERIES = (ApiOperation.FIND_OBJECTS, ApiOperation.COUNT_OBJECTS)
COMPANION_WRITES = frozenset(
    each for each in COMPANION if each.method != "GET" and each not in _QUERIES
)
_STEPS = {
    tuple(each.shown.replace(" ", "/").split("/")): each for each in ApiOperation if each.statuses
}


def operation_at(method: str, path: str) -> ApiOperation | None:
    """Return the operation *method* on *path*, which is below `/v1/`, None if none is known."""
    asked = (method, *path.split("/"))
    for steps, operation in _STEPS.items():
        if len(steps) == len(asked) and all(map(_fits, steps, asked)):
            return operation
    return None


def _fits(step: str, asked: str) -> bool:
    return step == asked or (step == "…" and asked != "")
