"""What an earlier time tells of a source: the third side of a comparison."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.model.address import Address
from reconciler.model.document import Document
from reconciler.model.normalise import LiveDocument
from reconciler.planning.remembered import Remembered


@dataclass(frozen=True, kw_only=True, slots=True)
class Base:
    """A commit's manifest, or what the journal's last receipt holds.

    `name` says which. `desired` is what the manifest said then, None where that was not
    kept; `live` what was read back, None for a commit, whose manifest is taken as applied.
    `remembered` is what was last sent of what live does not show. `ineffective` holds, by
    address, the values that were sent as undocumented changes and had no effect.
    """

    name: str
    desired: Document | None
    live: LiveDocument | None = None
    remembered: Remembered = field(default_factory=Remembered)
    ineffective: Mapping[Address, Any] = field(default_factory=dict)
