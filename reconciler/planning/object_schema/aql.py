"""Queries in AQL for the objects of an element (api.md#companion-ids-and-counts)."""


def objects_of(type_id: str, *others: str) -> str:
    """Return the query for the objects of object types, without those of types below them."""
    if not others:
        return f"objectTypeId = {type_id}"
    return f"objectTypeId IN ({', '.join((type_id, *others))})"


def filled(type_id: str, attribute: str) -> str:
    """Return the query for the objects of an object type that have a value of *attribute*."""
    return f"{objects_of(type_id)} AND {_quoted(attribute)} IS NOT EMPTY"


def having(type_id: str, attribute: str, value: str) -> str:
    """Return the query for the objects of an object type that have *value* as *attribute*."""
    return f"{objects_of(type_id)} AND {_quoted(attribute)} = {_quoted(value)}"


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
