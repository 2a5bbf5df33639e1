"""Sets of addresses, and whether an address touches one of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reconciler.planning.plan import Change, Kind


@dataclass(frozen=True, slots=True)
class Addresses:
    """A set of addresses, with every address above one.

    `own` are those that stand for an element itself, without what is in it.
    """

    exact: frozenset[str]
    own: frozenset[str]
    above: frozenset[str]

    @classmethod
    def of(cls, addresses: Iterable[str], *, own: Iterable[str] = ()) -> "Addresses":
        """Return the set of *addresses*, and of *own*."""
        exact, itself = frozenset(addresses), frozenset(own)
        above = frozenset(a for address in exact | itself for a in _ancestors(address))
        return cls(exact, itself, above)

    def touches(self, address: str) -> bool:
        """Return whether the element at *address*, something in it, or what it is in, is there."""
        return (
            address in self.exact
            or address in self.own
            or address in self.above
            or any(a in self.exact for a in _ancestors(address))
        )


def _ancestors(address: str) -> Iterator[str]:
    # An id may hold slashes: some of these are no addresses, and then in no set either.
    at = address.rfind("/")
    while at > 0:
        yield address[:at]
        at = address.rfind("/", 0, at)


def part_of(change: Change) -> str:
    """Return the address of the element that *change* is about; a mapping is one with its own."""
    element = change.address
    if change.field is not None:
        element = element.removesuffix(f"/{change.field}")
    if change.kind is Kind.ATTRIBUTE_MAPPING:
        element = element[: element.index("]/attributes[") + 1]
    return element
