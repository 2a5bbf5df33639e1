"""The operations of the importsource API, and how each is carried out."""

from collections.abc import Callable, Mapping

from reconciler.emulator import executions, sources, submissions
from reconciler.emulator.call import EmulatorReply, SourceCall
from reconciler.semantics.operations import ApiOperation

Handler = Callable[[SourceCall], EmulatorReply]

HANDLERS: Mapping[ApiOperation, Handler] = {
    ApiOperation.PUT_MAPPING: submissions.put_mapping,
    ApiOperation.PATCH_MAPPING: submissions.patch_mapping,
    ApiOperation.GET_PROGRESS: submissions.get_progress,
    ApiOperation.GET_CONFIGSTATUS: sources.get_configstatus,
    ApiOperation.GET_SCHEMA_AND_MAPPING: sources.get_schema_and_mapping,
    ApiOperation.START_EXECUTION: executions.start_execution,
    ApiOperation.CANCEL_EXECUTION: executions.cancel_execution,
    ApiOperation.PUT_PROGRESS: executions.put_progress,
    ApiOperation.POST_DATA: executions.post_data,
    ApiOperation.GET_EXECUTION_STATUS: executions.get_execution_status,
    ApiOperation.GET_LATEST_EXECUTION: executions.get_latest_execution,
    ApiOperation.FAIL_EXECUTION: executions.fail_execution,
    ApiOperation.CREATE_TOKEN: sources.create_token,
    ApiOperation.GET_SOURCE: sources.get_source,
    ApiOperation.GET_SCHEDULE: sources.get_schedule,
    ApiOperation.GET_INFO: sources.get_info,
}
