"""An attribute's whole definition, which each change sends (api.md#companion-attributes).

What somebody changed in it since the plan was made would be taken back.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.model.canonical import canonical_json
from reconciler.model.object_schema import SchemaAttribute
from reconciler.planning.object_schema.operation import SchemaOperation
from reconciler.planning.object_schema.seen import Seen
from reconciler.planning.object_schema.target import SchemaTarget
from reconciler.planning.object_schema.way import SchemaCall
from reconciler.semantics.attribute_definition import KEYS, written_definition

# What answers may leave out.
_DEFAULTS = {
    "uniqueAttribute": False,
    "minimumCardinality": 0,
    "maximumCardinality": 1,
    "typeValueMulti": [],
}


def setting(definition: Mapping[str, Any], field: str) -> str:
    """Return in words what an attribute's *definition* says of a *field* of importsource."""
    key = KEYS[field]
    value = definition.get(key, _DEFAULTS.get(key))
    if isinstance(value, list):
        value = sorted(map(str, value), key=lambda each: (len(each), each))
    return f"{field} {canonical_json(value).decode()}"


def change(target: SchemaTarget, **wanted: Any) -> SchemaCall:
    """Return the call that changes the attribute *target* as *wanted*, and leaves all else."""
    element = target.element
    body = {**target.definition, "name": element.name, **wanted}
    return SchemaCall(
        method="PUT", path=f"objecttypeattribute/{element.type_id}/{element.id}", body=body
    )


def without_name(attribute: SchemaAttribute) -> Mapping[str, Any]:
    """Return what a PUT that leaves *attribute* as it is sends beside its name."""
    written = written_definition(attribute.definition)
    return {key: value for key, value in written.items() if key != "name"}


def changed_since(operation: SchemaOperation, seen: Seen) -> str | None:
    """Return which keys of the definition sent are otherwise by now, but those to be changed."""
    found, sent = seen.find(operation.object), operation.body
    if not isinstance(found, SchemaAttribute) or sent is None:
        return None
    now = written_definition(found.definition)
    but = {KEYS[each] for each in operation.fields}
    moved = [
        key
        for key in sorted({*sent, *now} - but)
        if (sent.get(key) or now.get(key)) and not is_same(sent.get(key), now.get(key))
    ]
    return f"{operation.object.text} has another {', '.join(moved)} by now" if moved else None


def changed_besides(operation: SchemaOperation, found: SchemaAttribute) -> str | None:
    """Return which keys of the attribute *found* afterwards are not as they were sent."""
    otherwise = [*_otherwise(operation.body or {}, written_definition(found.definition))]
    return f"Assets changed {', '.join(otherwise)} as well" if otherwise else None


def _otherwise(sent: Mapping[str, Any], shown: Mapping[str, Any]) -> Iterator[str]:
    for key, value in sorted(sent.items()):
        there = shown.get(key)
        # What answers leave out proves nothing.
        if there is not None and not is_same(value, there):
            yield key


def is_same(one: Any, other: Any) -> bool:
    """Return whether both are one value of a definition: ids are compared as texts."""
    if isinstance(one, list) and isinstance(other, list):
        return {str(each) for each in one} == {str(each) for each in other}
    return bool(one == other) or str(one) == str(other)
