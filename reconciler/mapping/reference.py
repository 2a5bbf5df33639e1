"""One compiled attribute that refers to other objects: from an element to its lookup."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from reconciler.mapping.attribute import FilledAttribute
from reconciler.mapping.iql import LABEL, NAMES_OF_LABEL, NOT_ESCAPED, read_iql
from reconciler.mapping.objects import Lookup
from reconciler.mapping.spec import AttributeSpec, TypeSpec

Place = tuple[str, str]  # keys of an object type and of one of its attributes
_MOST_KEPT = 1000  # of the latest lookups: objects near one another often refer to the same


class FilledReference:
    """A reference. `places` are the attributes whose values it is compared with."""

    __slots__ = (
        "_asks",
        "_elsewhere",
        "_expression",
        "_filled",
        "_unjudged",
        "attribute",
        "key",
        "like",
        "places",
        "target",
    )

    def __init__(
        self, spec: AttributeSpec, types: Mapping[str, TypeSpec], *, elsewhere: bool = False
    ) -> None:
        """Compile *spec*; *types* are all types of the document by key.

        With *elsewhere* objects count that other mappings and earlier imports have made.
        """
        self._elsewhere = elsewhere
        self.key = spec.key
        self.target = spec.target or ""
        self._filled = FilledAttribute(spec)
        self._expression = None if spec.iql is None else read_iql(spec.iql)
        self._asks = lru_cache(maxsize=_MOST_KEPT)(self._asks_for)
        self.attribute: str | None = None
        self.places: tuple[Place, ...] = ()
        self.like = False
        self._unjudged = self._resolve(types)

    def lookup(self, element: dict[str, Any]) -> Lookup | None:
        """Return the lookup of *element*'s reference, or None if it has no value."""
        if self._expression is None:
            return self._asks(tuple(self._filled.texts(element)))
        return self._asks(*self._expression.texts(element))

    def _asks_for(self, *texts: tuple[str, ...]) -> Lookup | None:
        """Return the lookup for *texts*: of each placeholder, or of the locators without one."""
        expression = self._expression
        if expression is None:
            (values,) = texts
            if not values:
                return None
            asked = ", ".join(values)
        else:
            if expression.comparison is None:  # it is asked if it has any value
                if texts and not any(texts):
                    return None
                asked = expression.asked(texts)
                return Lookup(asked=asked, target=self.target, unjudged=self._unjudged)
            values = expression.comparison.values(texts)
            if not values:
                return None
            asked = expression.asked(texts)
            if self._unjudged is None and (value := expression.unescaped(texts)) is not None:
                return Lookup(
                    asked=asked, target=self.target, unjudged=NOT_ESCAPED, unescaped=value
                )
        return Lookup(
            asked=asked,
            target=self.target,
            attribute=self.attribute,
            values=values,
            like=self.like,
            unjudged=self._unjudged,
        )

    def _resolve(self, types: Mapping[str, TypeSpec]) -> str | None:
        """Find the attributes to compare; return why that is impossible, or None."""
        expression = self._expression
        if expression is not None and expression.unjudged is not None:
            return expression.unjudged
        if self.target not in types:
            return "the document does not say which object type is referred to"
        written = LABEL
        if expression is not None and expression.comparison is not None:
            written = expression.comparison.attribute
            self.like = expression.comparison.like
        family = _family(self.target, types)
        called = family[0].names[-1]
        if not self._elsewhere and all(t.selector is None for t in family):
            return f'no mapping fills "{called}", so its objects are not among the data'
        name = written.lower()
        named = [(t, t.named[name]) for t in family if name in t.named]
        if named:
            self.attribute = named[0][1]
        elif name in NAMES_OF_LABEL:
            named = [(t, t.label) for t in family if t.label is not None]
        else:
            return f'"{called}" has no attribute "{written}" in the document'
        self.places = tuple((t.key, key) for t, key in named if self._elsewhere or _fills(t, key))
        if not self.places:
            return f'the mapping fills no "{written}" of "{called}"'
        return None


def _family(key: str, types: Mapping[str, TypeSpec]) -> list[TypeSpec]:
    """Return the type with that key and all its descendants."""
    family = [types[key]]
    for spec in family:
        family.extend(types[child] for child in spec.children)
    return family


def _fills(spec: TypeSpec, key: str) -> bool:
    return spec.selector is not None and any(a.key == key for a in spec.attributes)
