"""The operations of the companion API, and how each is carried out."""

from collections.abc import Callable, Mapping

from reconciler.emulator.access import UNAUTHORIZED
from reconciler.emulator.call import EmulatorReply
from reconciler.emulator.companion import (
    attribute_changes,
    attributes,
    icons,
    object_types,
    objects,
    schemas,
    statuses,
)
from reconciler.emulator.companion.call import (
    CompanionCall,
    NoSuchElement,
    errors,
    not_found,
    refused,
)
from reconciler.semantics.operations import COMPANION_WRITES, ApiOperation
from reconciler.semantics.questions import Question
from reconciler.semantics.schema_changes.refusal import ChangeRefused

Handler = Callable[[CompanionCall], EmulatorReply]

HANDLERS: Mapping[ApiOperation, Handler] = {
    ApiOperation.LIST_OBJECT_SCHEMAS: schemas.list_object_schemas,
    ApiOperation.GET_OBJECT_SCHEMA: schemas.get_object_schema,
    ApiOperation.PUT_OBJECT_SCHEMA: schemas.put_object_schema,
    ApiOperation.LIST_OBJECT_TYPES: object_types.list_object_types,
    ApiOperation.LIST_ALL_OBJECT_TYPES: object_types.list_object_types,
    ApiOperation.LIST_SCHEMA_ATTRIBUTES: attributes.list_schema_attributes,
    ApiOperation.GET_OBJECT_TYPE: object_types.get_object_type,
    ApiOperation.PUT_OBJECT_TYPE: object_types.put_object_type,
    ApiOperation.DELETE_OBJECT_TYPE: object_types.delete_object_type,
    ApiOperation.MOVE_OBJECT_TYPE: object_types.move_object_type,
    ApiOperation.LIST_TYPE_ATTRIBUTES: attributes.list_type_attributes,
    ApiOperation.PUT_ATTRIBUTE: attribute_changes.put_attribute,
    ApiOperation.DELETE_ATTRIBUTE: attribute_changes.delete_type_attribute,
    ApiOperation.LIST_STATUSES: statuses.list_statuses,
    ApiOperation.GET_STATUS: statuses.get_status,
    ApiOperation.PUT_STATUS: statuses.put_status,
    ApiOperation.DELETE_STATUS: statuses.delete_one_status,
    ApiOperation.LIST_REFERENCE_TYPES: icons.list_reference_types,
    ApiOperation.LIST_ICONS: icons.list_icons,
    ApiOperation.GET_ICON: icons.get_icon,
    ApiOperation.FIND_OBJECTS: objects.find_objects,
    ApiOperation.COUNT_OBJECTS: objects.count_objects,
    ApiOperation.GET_USAGE: schemas.get_usage,
    ApiOperation.LIST_SOURCES: schemas.list_sources,
}
_FORBIDDEN = {
    "401": UNAUTHORIZED,
    "403": errors(403, "Not allowed"),
    "404": not_found("No such thing"),
}


def answer(
    operation: ApiOperation, call: CompanionCall, *, has_effect: bool = True
) -> EmulatorReply:
    """Carry out *operation* and return its answer; a refused one changes nothing.

    Without *has_effect* nothing is changed either, whatever the answer says.
    """
    if operation in COMPANION_WRITES and not call.profile.has(Question.MISSING_RIGHT, "none"):
        return _FORBIDDEN[call.profile.of(Question.MISSING_RIGHT)]
    call.tx.execute("SAVEPOINT operation")
    try:
        reply = HANDLERS[operation](call)
    except ChangeRefused as error:
        reply, has_effect = refused(error), False
    except NoSuchElement as error:
        reply, has_effect = not_found(str(error)), False
    if not has_effect:
        call.tx.execute("ROLLBACK TO operation")
    call.tx.execute("RELEASE operation")
    return reply
