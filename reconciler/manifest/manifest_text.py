"""The texts of a manifest: its head, its parts and its overlay have one each; what they make."""

from functools import cached_property
from typing import Any

from reconciler.errors import ManifestError
from reconciler.manifest.check_report import Report
from reconciler.manifest.text.parser import Parsed, parse
from reconciler.manifest.text.places import Places
from reconciler.manifest.text.pointer import Pointer
from reconciler.model.answer import Answer
from reconciler.model.document import Document
from reconciler.model.json_form import is_same_json
from reconciler.model.wire import read_plain_json
from reconciler.value import Value, field


class _Plain(Answer):
    """A manifest that is read in C: the document with what the API does not receive."""

    source: str | None = None
    import_source_id: str | None = None
    labels: dict[str, str] = field(default_factory=dict)
    renamed_statuses: dict[str, str] = field(default_factory=dict)


class ManifestText(Value, dict=True, gc=True):
    """The text of one file of a manifest."""

    file: str
    text: str
    is_overlay: bool = False

    @cached_property
    def parsed(self) -> Parsed:
        """What it says, parsed once. Raises ManifestError as `parse` does."""
        if self._plain is not None:  # so nothing is wrong with it
            raw, _ = self._plain
            places = Places(self.text, is_json=True, is_plain=True)
            return Parsed(value=raw, places=places, faults=())
        return parse(self.text, file=self.file)

    @property
    def is_plain(self) -> bool:
        """Whether it has been read in C: it has known keys alone, each once."""
        return self._plain is not None

    @property
    def document(self) -> Document | None:
        """The document that it has, None if the value has to tell, and whether there is one."""
        return None if self._plain is None else self._plain[1].document

    @cached_property
    def _plain(self) -> tuple[Any, _Plain] | None:
        """Its JSON with what that is, read in C; None if it is not plain, or no JSON."""
        is_json = self.file.lower().endswith(".json")
        read = read_plain_json(self.text, _Plain) if is_json else None
        return None if read is None or not read[1].is_plain else read

    def says(self, value: Any) -> bool:
        """Return whether it is the text of *value*, and of nothing else."""
        try:
            return not self.parsed.faults and is_same_json(self.parsed.value, value)
        except ManifestError:
            return False


class Effective(Value):
    """The value that files make, and what is wrong between them.

    `incomplete` are new elements that lack keys, `gone` the keys that an overlay takes away.
    """

    value: Any
    report: Report
    texts: tuple[ManifestText, ...]
    is_overlaid: bool = False
    incomplete: frozenset[Pointer] = frozenset()
    gone: frozenset[Pointer] = frozenset()
