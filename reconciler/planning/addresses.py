"""Sets of addresses, and whether an address touches one of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Addresses:
    """A set of addresses, with every address above one."""

    exact: frozenset[str]
    above: frozenset[str]

    @classmethod
    def of(cls, addresses: Iterable[str]) -> "Addresses":
        """Return the set of *addresses*."""
        exact = frozenset(addresses)
        return cls(exact, frozenset(a for address in exact for a in _ancestors(address)))

    def touches(self, address: str) -> bool:
        """Return whether the element at *address*, something in it, or what it is in, is there."""
        return (
            address in self.exact
            or address in self.above
            or any(a in self.exact for a in _ancestors(address))
        )


def _ancestors(address: str) -> Iterator[str]:
    # An id may hold slashes: some of these are no addresses, and then in no set either.
    at = address.rfind("/")
    while at > 0:
        yield address[:at]
        at = address.rfind("/", 0, at)
