r"""Addresses: the place of an element or field in a source, in plans, reports and policy.

    SOURCE/objectTypes[KEY]     SOURCE/objectTypes[KEY]/attributes[KEY]     SOURCE/icons[KEY]
    SOURCE/mappings[KEY]        SOURCE/mappings[KEY]/attributes[KEY]        SOURCE/statuses[KEY]
    SOURCE/objectSchema

each optionally with `/FIELD`. A key is an external id or a name, or the name path of a type
without ids. `\` escapes each `\`, `[` and `]`, and in a name path a `/` inside a name
(design.md#addresses), so that no two elements of a document share an address. In the
names of sources, attributes and fields, and in ids, `/` is not escaped, but for a source whose
name ends as the address of an object schema does. So `attributes[\/NAME]`
is free for an attribute that is known by its name alone where NAME is the id of another one.
"""

import re
from collections.abc import Iterable
from functools import lru_cache, total_ordering
from typing import Final, Self

from reconciler.regex import regex
from reconciler.value import Value

# An external id or one name; or the name path of a type from its root type on.
Key = str | tuple[str, ...]

_ESCAPES = str.maketrans({c: f"\\{c}" for c in "\\[]"})
_ESCAPES_IN_PATH = _ESCAPES | str.maketrans({"/": "\\/"})
_ESCAPED = regex(r"\\(.)", re.DOTALL)
_TEXT = r"[^\\\[\]]*(?:\\.[^\\\[\]]*)*"
_SCHEMA_END = r"objectSchema(?:/(?:name|description))?\Z"
_FORM = regex(
    rf"(?P<source>[^\\\[\]/]*(?:(?:\\.|/(?![A-Za-z]+\[|{_SCHEMA_END}))[^\\\[\]/]*)*)"
    rf"(?:(?P<owner>/objectSchema|/[A-Za-z]+\[(?P<owner_key>{_TEXT})\]"
    rf"(?P<inner>/attributes\[(?P<inner_key>{_TEXT})\])?)"
    rf"(?P<field>/{_TEXT})?)?",
    re.DOTALL,
)
_ENDS_LIKE_SCHEMA = regex(f"/(?={_SCHEMA_END})")


@lru_cache(maxsize=256)  # who asks an address for one part mostly asks for another one, too
def _parts(text: str) -> re.Match[str] | None:
    return _FORM.fullmatch(text)


def _ends(parts: re.Match[str]) -> tuple[int, ...]:
    """Return where in its text the source ends, its owner, and what is in that."""
    keys = [parts.end(each) + 1 for each in ("owner_key", "inner_key") if parts[each] is not None]
    return (parts.end("source"), *(keys or [parts.end("owner")]))


@total_ordering
class Address:
    """One address. It is parsed lazily, since plans hold very many.

    A text that is not an address is kept as it is: it contains nothing and is in nothing.
    Not a dataclass, since it is one string in JSON.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Store its text."""
        self._text: Final = text

    def __str__(self) -> str:
        """Return its text."""
        return self._text

    def __repr__(self) -> str:
        """Return the expression that creates it."""
        return f"Address({self._text!r})"

    def __eq__(self, other: object) -> bool:
        """Whether *other* is the same address."""
        return isinstance(other, Address) and self._text == other._text

    def __lt__(self, other: "Address") -> bool:
        """Whether it sorts before *other*, by text."""
        return self._text < other._text

    def __hash__(self) -> int:
        """Return an equal hash for equal addresses."""
        return hash(self._text)

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Return the address with the text *text*."""
        return cls(text)

    @classmethod
    def of(cls, source: str) -> "Address":
        """Return the address of *source* itself."""
        return cls(_ENDS_LIKE_SCHEMA.sub(r"\/", source.translate(_ESCAPES)))

    @property
    def object_schema(self) -> "Address":
        """The address of the object schema of this source."""
        return Address(f"{self._text}/objectSchema")

    def object_type(self, key: Key) -> "Address":
        """Return the address of an object type of this source."""
        return Address(f"{self._text}/objectTypes[{written_key(key)}]")

    def mapping(self, key: Key) -> "Address":
        """Return the address of an object type's mapping of this source."""
        return Address(f"{self._text}/mappings[{written_key(key)}]")

    def icon(self, key: str) -> "Address":
        """Return the address of an icon of this source."""
        return Address(f"{self._text}/icons[{written_key(key)}]")

    def status(self, name: str) -> "Address":
        """Return the address of a status of this source."""
        return Address(f"{self._text}/statuses[{written_key(name)}]")

    def attribute(self, key: str) -> "Address":
        """Return the address of an attribute of this object type or mapping."""
        return Address(f"{self._text}/attributes[{written_key(key)}]")

    def attribute_by_name(self, name: str) -> "Address":
        """Return the address of an attribute that has no id here, where *name* is another's id."""
        return Address(f"{self._text}/attributes[\\/{written_key(name)}]")

    def field(self, name: str) -> "Address":
        """Return the address of a field of this element."""
        return Address(f"{self._text}/{written_key(name)}")

    @property
    def source(self) -> str:
        """The name of its source."""
        parts = _parts(self._text)
        return plain_key(parts["source"]) if parts else self._text

    @property
    def within_source(self) -> str:
        """Its text where the source is known."""
        parts = _parts(self._text)
        return self._text[parts.end("source") + 1 :] if parts else self._text

    @property
    def owner(self) -> "Address":
        """The object schema, object type, mapping, icon or status that it is, or belongs to."""
        parts = _parts(self._text)
        if parts is None or parts["owner"] is None:
            return self
        return Address(self._text[: _ends(parts)[1]])

    @property
    def element(self) -> "Address":
        """The element that it is, or that it is a field of."""
        parts = _parts(self._text)
        return Address(self._text[: parts.start("field")]) if parts and parts["field"] else self

    @property
    def field_name(self) -> str | None:
        """The field of its element that it is, None if it is the element."""
        parts = _parts(self._text)
        return plain_key(parts["field"][1:]) if parts and parts["field"] else None

    @property
    def owner_label(self) -> str:
        """What stands in the brackets of its owner, as `written_key` writes it."""
        parts = _parts(self._text)
        return (parts["owner_key"] or "") if parts else self._text

    @property
    def owner_key(self) -> str:
        """The key of its owner, the names of a path joined by `/`."""
        parts = _parts(self._text)
        return plain_key(parts["owner_key"] or "") if parts else self._text

    @property
    def key(self) -> str:
        """The key of its element, likewise."""
        parts = _parts(self._text)
        if parts is None:
            return self._text
        inner = parts["inner_key"]
        return plain_key((parts["owner_key"] or "") if inner is None else inner)

    @property
    def above(self) -> tuple["Address", ...]:
        """The addresses that contain it, from the source on."""
        parts = _parts(self._text)
        if parts is None or parts["owner"] is None:
            return ()
        return tuple(Address(self._text[:end]) for end in _ends(parts) if end < len(self._text))

    def contains(self, other: "Address") -> bool:
        """Return whether *other* is inside it; nothing is inside itself."""
        return str(other).startswith(f"{self._text}/") and self in other.above


class Addresses(Value, kw_only=False):
    """A set of addresses, with every address above one of them, and the elements that they are of.

    `own` are addresses of elements alone, without their contents.
    """

    exact: frozenset[Address]
    own: frozenset[Address]
    above: frozenset[Address]
    elements: frozenset[Address]

    @classmethod
    def of(cls, addresses: Iterable[Address], *, own: Iterable[Address] = ()) -> Self:
        """Return the set of *addresses* and of *own*."""
        exact, itself = frozenset(addresses), frozenset(own)
        known = exact | itself
        above = frozenset(a for each in known for a in each.above)
        return cls(exact, itself, above, frozenset(each.element for each in known))

    def touches_element(self, address: Address) -> bool:
        """Return whether the set has the element at *address*, its fields or what contains it."""
        return address in self.elements or any(a in self.exact for a in address.above)

    def touches(self, address: Address) -> bool:
        """Return whether the set has the element at *address*, its contents or what contains it."""
        return (
            address in self.exact
            or address in self.own
            or address in self.above
            or any(a in self.exact for a in address.above)
        )


def written_key(key: Key) -> str:
    """Return *key* as it stands in the brackets of an address: different for different keys."""
    if isinstance(key, str):
        return key.translate(_ESCAPES)
    return "/".join(name.translate(_ESCAPES_IN_PATH) for name in key)


def plain_key(text: str) -> str:
    """Return what *text*, from the brackets of an address, says to people: without escapes."""
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text
