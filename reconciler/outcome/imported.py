"""An object that an import made, as the emulator keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportedObject:
    """One object. `attributes` are values by the attributes' names, without the label's.

    `references` are the keys of other objects, those that were found.
    """

    key: str
    type: str
    label: str
    attributes: Mapping[str, tuple[str, ...]]
    references: Mapping[str, tuple[str, ...]]
