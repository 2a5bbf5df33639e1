"""What objects hold of an attribute: what does not suit it is not sent.

Whether Assets refuses it then, takes it, or cuts values off is not known
(api.md#companion-attributes).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from reconciler.model.display import count
from reconciler.value import Value

# So many objects are read at most, with their values, before an operation.
MOST_OBJECTS = 10_000


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
