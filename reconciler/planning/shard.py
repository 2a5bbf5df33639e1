"""A stable share of the sources, for drift jobs that run side by side (design.md#drift)."""

from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Shard:
    """The share `index` (from 1) of `total`.

    A source's share depends on its name and the total alone: every source is in one
    share, whatever others there are.
    """

    index: int
    total: int

    def __str__(self) -> str:
        """Return it as it is written: `2/8`."""
        return f"{self.index}/{self.total}"

    @classmethod
    def of(cls, text: str) -> "Shard":
        """Return the share that is written as *text*."""
        index, _, total = text.partition("/")
        return cls(int(index), int(total))

    def has(self, source: str) -> bool:
        """Return whether *source* belongs to this share."""
        number = int.from_bytes(sha256(source.encode()).digest()[:8])
        return number % self.total == self.index - 1
