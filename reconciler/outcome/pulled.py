"""What a pull makes of one source's manifest."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Pulled:
    """A manifest before and after; `before` is None where there was none.

    `settled` counts the differences that were taken over from live; `is_partial` says that a
    new manifest lacks what live does not show (design.md#write-only).
    """

    source: str
    file: str
    before: str | None
    after: str
    settled: int
    object_types: int
    attributes: int
    mappings: int
    is_partial: bool = False

    @property
    def differs(self) -> bool:
        """Whether there is something to write."""
        return self.before != self.after
