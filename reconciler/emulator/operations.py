"""The operations of the importsource API, with their methods and paths (the OpenAPI document)."""

from enum import StrEnum


class Operation(StrEnum):
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


WRITES_OF_MAPPING = frozenset({Operation.PUT_MAPPING, Operation.PATCH_MAPPING})

# Links in answers use the second (api.md#links).
BASES = ("/jsm/assets", "/jsm/insight")

_SOURCE = "/workspace/{workspace}/v1/importsource/{source}"

# /executions/status precedes /executions/{resource}/…: the first match wins.
ROUTES: dict[Operation, tuple[str, str]] = {
    Operation.PUT_MAPPING: ("PUT", f"{_SOURCE}/mapping"),
    Operation.PATCH_MAPPING: ("PATCH", f"{_SOURCE}/mapping"),
    Operation.GET_PROGRESS: ("GET", f"{_SOURCE}/mapping/progress/{{resource}}"),
    Operation.GET_CONFIGSTATUS: ("GET", f"{_SOURCE}/configstatus"),
    Operation.GET_SCHEMA_AND_MAPPING: ("GET", f"{_SOURCE}/schema-and-mapping"),
    Operation.START_EXECUTION: ("POST", f"{_SOURCE}/executions"),
    Operation.GET_LATEST_EXECUTION: ("GET", f"{_SOURCE}/executions/status"),
    Operation.CANCEL_EXECUTION: ("DELETE", f"{_SOURCE}/executions/{{resource}}"),
    Operation.PUT_PROGRESS: ("PUT", f"{_SOURCE}/executions/{{resource}}/progress"),
    Operation.POST_DATA: ("POST", f"{_SOURCE}/executions/{{resource}}/data"),
    Operation.GET_EXECUTION_STATUS: ("GET", f"{_SOURCE}/executions/{{resource}}/status"),
    Operation.FAIL_EXECUTION: ("POST", f"{_SOURCE}/executions/{{resource}}/history/failed"),
    Operation.CREATE_TOKEN: ("POST", f"{_SOURCE}/token"),
    Operation.GET_SCHEDULE: ("GET", f"{_SOURCE}/schedule"),
    Operation.GET_SOURCE: ("GET", _SOURCE),
    Operation.GET_INFO: ("GET", "/v1/imports/info"),
}
