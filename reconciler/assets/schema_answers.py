"""From answers of the companion API to values (api.md#companion-ids-and-counts).

Ids are texts of digits, and numbers in places: they are compared as texts. Only ids and names are
demanded; what else is missing has its default, for the examples leave out much.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeGuard, TypeVar

from reconciler.assets.answers import Answer, check_success, identifier, json_object
from reconciler.assets.reply import NotJson
from reconciler.model.object_schema import (
    ListedSource,
    ObjectSchema,
    SchemaAttribute,
    SchemaStatus,
    SchemaType,
)
from reconciler.semantics.companion_numbers import (
    CATEGORIES,
    DEFAULT,
    REFERENCE,
    STATUS,
    kind_of,
)

T = TypeVar("T")

_CATEGORIES = {number: word for word, number in CATEGORIES.items()}


def schemas_page(answer: Answer) -> tuple[tuple[ObjectSchema, ...], bool]:
    """Return the object schemas of one page, and whether it is the last."""
    return _page(answer, _schema)


def object_schema(answer: Answer) -> ObjectSchema:
    """Return one object schema."""
    (found,) = _each(answer, [json_object(answer)], _schema)
    return found


def import_sources(answer: Answer) -> tuple[ListedSource, ...]:
    """Return the import sources of one object schema."""
    return _each(answer, _list(answer), _source)


def object_types(answer: Answer) -> tuple[SchemaType, ...]:
    """Return the object types of a flat list."""
    return _each(answer, _list(answer), _type)


def attributes(answer: Answer) -> tuple[SchemaAttribute, ...]:
    """Return the attributes of a list in which each names its object type."""
    return _each(answer, _list(answer), _attribute)


def statuses(answer: Answer) -> tuple[SchemaStatus, ...]:
    """Return the statuses of a list."""
    return _each(answer, _list(answer), _status)


def total(answer: Answer) -> int:
    """Return the number of objects that a query finds."""
    found = json_object(answer).get("totalCount")
    if not _is_number(found) or found < 0:
        answer.unreadable("holds no totalCount")
    return found


def has_values(answer: Answer) -> bool:
    """Return whether a page of objects has any."""
    values = json_object(answer).get("values")
    return bool(values) if isinstance(values, list) else answer.unreadable("holds no list")


def values_page(answer: Answer) -> tuple[tuple[Mapping[str, Sequence[str]], ...], bool]:
    """Return what each object of one page holds, by attribute, and whether it is the last."""
    return _page(answer, _values)


def _page(
    answer: Answer, read: Callable[[Mapping[str, Any]], T | None]
) -> tuple[tuple[T, ...], bool]:
    raw = json_object(answer)
    found = _each(answer, raw.get("values"), read)
    return found, raw.get("isLast", raw.get("last")) is not False or not found


def _list(answer: Answer) -> Sequence[Any]:
    check_success(answer)
    try:
        value = answer.reply.json
    except NotJson as error:
        answer.unreadable(str(error), error)
    if not isinstance(value, list):
        answer.unreadable("is not a JSON list")
    return value


def _each(
    answer: Answer, values: Any, read: Callable[[Mapping[str, Any]], T | None]
) -> tuple[T, ...]:
    found: list[T] = []
    for value in values if isinstance(values, list) else answer.unreadable("holds no list"):
        element = read(value) if isinstance(value, dict) else None
        if element is None:
            answer.unreadable("holds an element without an id")
        found.append(element)
    return tuple(found)


def _named(raw: Mapping[str, Any]) -> tuple[str, str] | None:
    found, name = identifier(raw.get("id")), raw.get("name")
    return (found, name) if found is not None and isinstance(name, str) else None


def _schema(raw: Mapping[str, Any]) -> ObjectSchema | None:
    if (named := _named(raw)) is None:
        return None
    manages = raw.get("canManage")
    return ObjectSchema(
        id=named[0],
        name=named[1],
        description=_text(raw, "description"),
        is_managed=manages if isinstance(manages, bool) else None,
    )


def _source(raw: Mapping[str, Any]) -> ListedSource | None:
    if (named := _named(raw)) is None:
        return None
    return ListedSource(
        id=named[0], name=named[1], module=_text(raw, "importSourceModuleKey") or None
    )


def _type(raw: Mapping[str, Any]) -> SchemaType | None:
    if (named := _named(raw)) is None:
        return None
    return SchemaType(
        id=named[0],
        name=named[1],
        parent_id=identifier(raw.get("parentObjectTypeId")),
        description=_text(raw, "description"),
        is_inherited=raw.get("inherited") is True or raw.get("parentObjectTypeInherited") is True,
        objects=_number(raw, "objectCount", 0),
    )


def _attribute(raw: Mapping[str, Any]) -> SchemaAttribute | None:
    owner = raw.get("objectType")
    owner_id = identifier(owner.get("id")) if isinstance(owner, dict) else None
    if (named := _named(raw)) is None or owner_id is None:
        return None
    return SchemaAttribute(
        id=named[0],
        owner_id=owner_id,
        name=named[1],
        type=_type_of(raw),
        target_id=identifier(raw.get("referenceObjectTypeId")),
        description=_text(raw, "description"),
        label=raw.get("label") is True,
        unique=raw.get("uniqueAttribute") is True,
        minimum_cardinality=_number(raw, "minimumCardinality", 0),
        maximum_cardinality=_number(raw, "maximumCardinality", 1),
        status_ids=tuple(_identifiers(raw.get("typeValueMulti"))),
        is_editable=raw.get("editable") is not False,
        is_removable=raw.get("removable") is not False,
        is_system=raw.get("system") is True,
        definition=raw,
    )


def _type_of(raw: Mapping[str, Any]) -> str | None:
    """Return importsource's word for the type, whose number the examples leave out."""
    default = raw.get("defaultType")
    number = default.get("id") if isinstance(default, dict) else None
    refers = raw.get("referenceObjectTypeId") is not None
    found = identifier(raw.get("type", REFERENCE if refers else DEFAULT))
    known = {str(each): each for each in (DEFAULT, REFERENCE, STATUS)}
    if found not in known:
        return None
    return kind_of(known[found], number if _is_number(number) else None)


def _status(raw: Mapping[str, Any]) -> SchemaStatus | None:
    if (named := _named(raw)) is None:
        return None
    return SchemaStatus(
        id=named[0],
        name=named[1],
        category=_CATEGORIES.get(_number(raw, "category", -1)),
        description=_text(raw, "description"),
        schema_id=identifier(raw.get("objectSchemaId")),
    )


def _values(raw: Mapping[str, Any]) -> Mapping[str, Sequence[str]] | None:
    """Return the values of an object by the ids of attributes; None if they cannot be read.

    Each object has a key at least: what shows nothing would look like an object without values.
    """
    shown, held = raw.get("attributes"), dict[str, Sequence[str]]()
    for each in shown if isinstance(shown, list) else ():
        entry = each if isinstance(each, dict) else {}
        attribute = identifier(entry.get("objectTypeAttributeId"))
        values = entry.get("objectAttributeValues")
        if attribute is None or not isinstance(values, list):
            return None
        held[attribute] = tuple(map(_text_of, values))
    return held or None


def _text_of(value: Any) -> str:
    """Return what tells *value* from others: of an object or a status there is no plain one."""
    known = value if isinstance(value, dict) else {}
    return str(next((v for key in _TELLING if (v := known.get(key)) is not None), value))


# Where a value of an attribute has what it is.
_TELLING = ("value", "searchValue", "displayValue")


def _identifiers(values: Any) -> Iterator[str]:
    for value in values if isinstance(values, list) else ():
        if (found := identifier(value)) is not None:
            yield found


def _text(raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key)
    return value if isinstance(value, str) else ""


def _number(raw: Mapping[str, Any], key: str, default: int) -> int:
    value = raw.get(key)
    return value if _is_number(value) else default


def _is_number(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
