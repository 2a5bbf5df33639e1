"""What a probe sees: how a write ended, what live has, and whether it has what was sent."""

from collections.abc import Callable
from enum import StrEnum

from reconciler.model.normalise import LiveDocument
from reconciler.model.object_schema import SchemaContent
from reconciler.value import Value


class WriteEnding(StrEnum):
    """How a write ended, as far as the API says."""

    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Written(Value):
    """A write, and how it was answered: `status` at first, and in the end `raw`.

    `words` are what its progress said before its end; `lives` whether that could be read again,
    None if there was none.
    """

    ending: WriteEnding
    status: int
    words: tuple[str, ...] = ()
    lives: bool | None = None
    raw: str = ""

    @property
    def outcome(self) -> str | None:
        """What it means for what was sent, if it was not taken."""
        return "refused" if self.ending is WriteEnding.REFUSED else None


class Look(Value):
    """Live, read once: what importsource shows, and the companion API if that was asked."""

    live: LiveDocument
    content: SchemaContent | None = None


# Whether what was sent shows; None where no answer could show it.
Seen = Callable[[Look], bool | None]


def shows(is_seen: Seen, look: Look) -> bool | None:
    """Return whether *look* has what *is_seen* looks for; what it looks in may not be there yet."""
    try:
        return is_seen(look)
    except KeyError:
        return False
