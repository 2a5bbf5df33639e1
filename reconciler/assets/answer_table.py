"""The body of a success of each operation, as far as one is documented."""

from collections.abc import Mapping

from reconciler.assets import answer_bodies as body
from reconciler.assets.answer_bodies import Schema
from reconciler.semantics.operations import ApiOperation

BODIES: Mapping[ApiOperation, Schema] = {
    ApiOperation.GET_INFO: body.INFO,
    ApiOperation.GET_SOURCE: body.IMPORT_SOURCE,
    ApiOperation.GET_PROGRESS: body.PROGRESS,
    ApiOperation.GET_CONFIGSTATUS: body.CONFIG_STATUS,
    ApiOperation.GET_SCHEMA_AND_MAPPING: body.document(),
    ApiOperation.START_EXECUTION: body.STARTED,
    ApiOperation.GET_LATEST_EXECUTION: body.EXECUTION,
    ApiOperation.GET_EXECUTION_STATUS: body.EXECUTION,
    ApiOperation.CREATE_TOKEN: body.TOKEN,
    ApiOperation.LIST_SOURCES: body.SOURCES,
    ApiOperation.LIST_OBJECT_SCHEMAS: body.SCHEMAS,
    ApiOperation.GET_OBJECT_SCHEMA: body.OBJECT_SCHEMA,
    ApiOperation.PUT_OBJECT_SCHEMA: body.OBJECT_SCHEMA,
    ApiOperation.LIST_ALL_OBJECT_TYPES: body.SCHEMA_TYPES,
    ApiOperation.LIST_SCHEMA_ATTRIBUTES: body.SCHEMA_ATTRIBUTES,
    ApiOperation.PUT_OBJECT_TYPE: body.SCHEMA_TYPE,
    ApiOperation.DELETE_OBJECT_TYPE: body.SCHEMA_TYPE,
    ApiOperation.MOVE_OBJECT_TYPE: body.SCHEMA_TYPE,
    ApiOperation.PUT_ATTRIBUTE: body.SCHEMA_ATTRIBUTE,
    ApiOperation.LIST_STATUSES: body.SCHEMA_STATUSES,
    ApiOperation.PUT_STATUS: body.SCHEMA_STATUS,
    ApiOperation.FIND_OBJECTS: body.OBJECTS,
    ApiOperation.COUNT_OBJECTS: body.TOTAL,
}
