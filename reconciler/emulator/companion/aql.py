"""AQL as far as counting needs it: comparisons that are joined by AND, as conditions of SQL.

Objects of a type, of one with its children, and those with a value or without
(api.md#companion-ids-and-counts). Anything else is invalid here, as a misspelt query is.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from reconciler.emulator.companion.numbered_schema import NumberedSchema
from reconciler.mapping.aql import Token, UnreadableAql, tokens_of
from reconciler.model.document import walk_types
from reconciler.semantics.schema_changes.attributes import SYSTEM_ATTRIBUTES
from reconciler.value import Value

_WITH_VALUE = (
    "EXISTS (SELECT 1 FROM json_each(?) WHERE value IN"
    " (SELECT key FROM json_each(o.attributes) UNION SELECT key FROM json_each(o.found)))"
)
_WITH_ONE_OF = (
    "EXISTS (SELECT 1 FROM json_each(o.attributes) AS a, json_each(a.value) AS v"
    " WHERE a.key IN (SELECT value FROM json_each(?))"
    " AND (v.value IN (SELECT value FROM json_each(?))"
    " OR lower(v.value) IN (SELECT value FROM json_each(?))))"
)
_TYPES = "o.type IN (SELECT value FROM json_each(?))"


class Condition(Value):
    """A condition of SQL on the objects `o`, with its values."""

    sql: str
    values: tuple[str, ...]


@dataclass(kw_only=True, slots=True)
class Names:
    """What a query may name, of all object schemas; AQL does not mind case."""

    types: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    below: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    attributes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    schemas: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, schemas: Iterable[NumberedSchema]) -> "Names":
        """Return the names of *schemas*."""
        names = cls()
        for schema in schemas:
            names.schemas[schema.name.lower()] += schema.types.values()
            names.schemas[str(schema.number)] += schema.types.values()
            for object_type, above in walk_types(schema.content.object_types):
                number = schema.type_number(object_type)
                names.types[object_type.name.lower()].append(number)
                for each in (*above, object_type):
                    names.below[schema.type_number(each)].append(number)
                for attribute in object_type.attributes:
                    names.attributes[attribute.name.lower()].append(attribute.external_id or "")
        return names


def condition(query: str, names: Names) -> Condition:
    """Return what *query* asks for. Raises UnreadableAql, also for names that nothing has."""
    made = [_comparison(each, names) for each in _joined(tokens_of(query))]
    return Condition(
        sql=" AND ".join(f"({each.sql})" for each in made),
        values=tuple(value for each in made for value in each.values),
    )


def _joined(tokens: Sequence[Token]) -> list[list[Token]]:
    comparisons: list[list[Token]] = [[]]
    for token in tokens:
        if token.keyword == "and":
            comparisons.append([])
        else:
            comparisons[-1].append(token)
    return comparisons


def _comparison(tokens: Sequence[Token], names: Names) -> Condition:
    match [token.keyword or token.text for token in tokens[1:]]:
        case ["is", "empty"]:
            return _empty(_attribute(tokens[0], names), negated=False)
        case ["is", "not", "empty"]:
            return _empty(_attribute(tokens[0], names), negated=True)
        case ["=", _]:
            return _one_of(tokens[0], [tokens[2]], names)
        case ["in", "objecttypeandchildren", "(", _, ")"]:
            found = _types(tokens[4], names)
            below = (each for number in found for each in names.below[number])
            return _of_types(tokens[0], below)
        case ["in", "(", *_, ")"]:
            return _one_of(tokens[0], [t for t in tokens[3:-1] if t.text != ","], names)
        case _:
            raise UnreadableAql(f"cannot be read: {' '.join(token.text for token in tokens)}")


def _one_of(name: Token, values: Sequence[Token], names: Names) -> Condition:
    wanted = [value.bare.lower() for value in values]
    match name.keyword:
        case "objecttypeid":
            return _of_types(name, (int(each) for each in wanted if each.isdigit()))
        case "objecttype":
            return _of_types(name, (n for value in values for n in _types(value, names)))
        case "objectschema" | "objectschemaid":
            return _of_types(name, (n for each in wanted for n in names.schemas.get(each, ())))
        case "key":
            found = "lower(o.key) IN (SELECT value FROM json_each(?))"
            return Condition(sql=found, values=(json.dumps(wanted),))
        case _:
            # SQLite's lower() is for ASCII alone.
            lists = _attribute(name, names), [value.bare for value in values], wanted
            return Condition(sql=_WITH_ONE_OF, values=tuple(json.dumps(each) for each in lists))


def _of_types(name: Token, types: Iterable[int]) -> Condition:
    if not name.keyword.startswith("object"):
        raise UnreadableAql(f"{name.text} is not compared with object types")
    return Condition(sql=_TYPES, values=(json.dumps(list(types)),))


def _types(value: Token, names: Names) -> Sequence[int]:
    if value.text.isdigit():
        return [int(value.text)]
    found = names.types.get(value.bare.lower())
    if found is None:
        raise UnreadableAql(f'no object type is named "{value.bare}"')
    return found


def _attribute(name: Token, names: Names) -> Sequence[str] | None:
    """Return the external ids of the attributes with this name, None for Assets' own."""
    if name.bare.lower() in {each.lower() for each in SYSTEM_ATTRIBUTES}:
        return None
    found = names.attributes.get(name.bare.lower())
    if found is None:
        raise UnreadableAql(f'no attribute is named "{name.bare}"')
    return found


def _empty(keys: Sequence[str] | None, *, negated: bool) -> Condition:
    if keys is None:
        return Condition(sql="1" if negated else "0", values=())
    sql = _WITH_VALUE if negated else f"NOT {_WITH_VALUE}"
    return Condition(sql=sql, values=(json.dumps(keys),))
