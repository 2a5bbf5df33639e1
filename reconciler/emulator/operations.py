"""The operations of the importsource API, with their methods and paths (the OpenAPI document)."""

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


WRITES_OF_MAPPING = frozenset({ApiOperation.PUT_MAPPING, ApiOperation.PATCH_MAPPING})

# Links in answers use the second (api.md#links).
BASES = ("/jsm/assets", "/jsm/insight")

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
