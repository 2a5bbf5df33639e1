"""The texts of a manifest: its head, its parts and its overlay have one each."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class ManifestText:
    """The text of one file of a manifest."""

    file: str
    text: str
    is_overlay: bool = False
