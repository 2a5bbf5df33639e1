"""AQL as far as clients ask it: comparisons that are joined by AND, as conditions of SQL.

Objects of types, those with a value and those with this value
(api.md#companion-ids-and-counts). Anything else is invalid here, as a misspelt query is.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

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
_FILLED_BY_ASSETS = frozenset(each.lower() for each in SYSTEM_ATTRIBUTES)


class Condition(Value):
    """A condition of SQL on the objects `o`, with its values."""

    sql: str
    values: tuple[str, ...]


# The external ids of the attributes with a name, in lower case: AQL does not mind case.
Attributes = Mapping[str, Sequence[str]]


def attributes_by_name(schemas: Iterable[NumberedSchema]) -> Attributes:
    """Return the attributes that a query may name, of all *schemas*."""
    found: dict[str, list[str]] = defaultdict(list)
    for schema in schemas:
        for object_type, _ in walk_types(schema.content.object_types):
            for attribute in object_type.attributes:
                found[attribute.name.lower()].append(attribute.external_id or "")
    return found


def condition(query: str, attributes: Attributes) -> Condition:
    """Return what *query* asks for. Raises UnreadableAql, also for names that nothing has."""
    made = [_comparison(each, attributes) for each in _joined(tokens_of(query))]
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


def _comparison(tokens: Sequence[Token], attributes: Attributes) -> Condition:
    match [token.keyword or token.text for token in tokens[1:]]:
        case ["is", "not", "empty"] if tokens[0].bare.lower() in _FILLED_BY_ASSETS:
            return Condition(sql="1", values=())
        case ["is", "not", "empty"]:
            keys = _attribute(tokens[0], attributes)
            return Condition(sql=_WITH_VALUE, values=(json.dumps(keys),))
        case ["=", _]:
            values = [tokens[2].bare]
        case ["in", "(", *_, ")"]:
            values = [t.bare for t in tokens[3:-1] if t.text != ","]
        case _:
            raise UnreadableAql(f"cannot be read: {' '.join(token.text for token in tokens)}")
    if tokens[0].keyword == "objecttypeid":
        numbers = [int(each) for each in values if each.isdigit()]
        return Condition(sql=_TYPES, values=(json.dumps(numbers),))
    # SQLite's lower() is for ASCII alone.
    lists = _attribute(tokens[0], attributes), values, [each.lower() for each in values]
    return Condition(sql=_WITH_ONE_OF, values=tuple(json.dumps(each) for each in lists))


def _attribute(name: Token, attributes: Attributes) -> Sequence[str]:
    found = attributes.get(name.bare.lower())
    if found is None:
        raise UnreadableAql(f'no attribute is named "{name.bare}"')
    return found
