"""What is asked about objects in AQL (api.md#companion-ids-and-counts), and what they hold.

What does not suit the values of an attribute is not sent: whether Assets refuses it then, takes it,
or cuts values off is not known (api.md#companion-attributes).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from reconciler.model.display import count
from reconciler.value import Value

# So many objects are read at most, with their values, before an operation.
MOST_OBJECTS = 10_000


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


class ValuesQuery(Value):
    """The question what the objects that *aql* finds hold of each of the *attributes*, by id."""

    aql: str
    attributes: frozenset[str]


class ObjectValues(Value):
    """What objects hold of one attribute.

    `fewest` and `most` are the numbers of values of one object, `shared` is how many values are
    held by more than one.
    """

    objects: int
    fewest: int
    most: int
    shared: int

    @classmethod
    def of(cls, held: Iterable[Sequence[str]]) -> "ObjectValues":
        """Return the summary of the values that each object has."""
        sizes: list[int] = []
        times: Counter[str] = Counter()
        for values in held:
            sizes.append(len(values))
            times.update(set(values))
        return cls(
            objects=len(sizes),
            fewest=min(sizes, default=0),
            most=max(sizes, default=0),
            shared=sum(number > 1 for number in times.values()),
        )

    def doubt(self, counted: int) -> str | None:
        """Return why it is not believed of a type with *counted* objects: some were not shown."""
        if self.objects >= counted:
            return None
        return f"Assets counts {count(counted, 'object')} and shows {self.objects}"


def _too_few(held: ObjectValues, least: int) -> str | None:
    if not held.objects or held.fewest >= least:
        return None
    return f"an object has {count(held.fewest, 'value')} of it, and {least} would be demanded"


def _too_many(held: ObjectValues, most: int) -> str | None:
    if held.most <= most:
        return None
    return f"an object has {count(held.most, 'value')} of it, and {most} would be allowed"


def _shared(held: ObjectValues, _: int) -> str | None:
    return f"objects share {count(held.shared, 'value')} of it" if held.shared else None


# Why an operation does not suit what objects hold, by the rule that requires it.
UNSUITED: Mapping[str, Callable[[ObjectValues, int], str | None]] = MappingProxyType(
    {"holds-at-least": _too_few, "holds-at-most": _too_many, "holds-distinct": _shared}
)
