"""Queries in AQL for the objects of an element (api.md#companion-ids-and-counts)."""


def objects_of(type_id: str) -> str:
    """Return the query for the objects of an object type, without those of types below it."""
    return f"objectTypeId = {type_id}"


def filled(type_id: str, attribute: str) -> str:
    """Return the query for the objects of an object type that have a value of *attribute*."""
    name = attribute.replace("\\", "\\\\").replace('"', '\\"')
    return f'{objects_of(type_id)} AND "{name}" IS NOT EMPTY'
