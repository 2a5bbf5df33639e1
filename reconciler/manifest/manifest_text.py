"""The texts of a manifest: its head, its parts and its overlay have one each."""

from functools import cached_property
from typing import Any

from reconciler.errors import ManifestError
from reconciler.manifest.text.parser import Parsed, parse
from reconciler.model.json_form import is_same_json
from reconciler.value import Value


class ManifestText(Value, dict=True, gc=True):
    """The text of one file of a manifest."""

    file: str
    text: str
    is_overlay: bool = False

    @cached_property
    def parsed(self) -> Parsed:
        """What it says, parsed once. Raises ManifestError as `parse` does."""
        return parse(self.text, file=self.file)

    def says(self, value: Any) -> bool:
        """Return whether it is the text of *value*, and of nothing else."""
        try:
            return not self.parsed.faults and is_same_json(self.parsed.value, value)
        except ManifestError:
            return False
