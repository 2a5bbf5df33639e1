"""What planning one source starts from, in one value."""

from dataclasses import dataclass

from reconciler.manifest.locations import Locations
from reconciler.model.address import Address
from reconciler.model.document import Document
from reconciler.model.source import Live, SourceRef
from reconciler.planning.base import Base


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceInput:
    """One source: what its manifest wants, what is live, and what else is known of it.

    `base` is what an earlier time tells of both, `locations` where the manifest says
    what; both are None where nobody knows. `only` holds the addresses of the differences
    that may be sent, None where all may.
    """

    ref: SourceRef
    desired: Document
    live: Live
    base: Base | None = None
    locations: Locations | None = None
    only: frozenset[Address] | None = None
