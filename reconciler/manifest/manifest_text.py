"""The texts of a manifest: its head, its parts and its overlay have one each; what they make."""

from functools import cached_property
from typing import Any

from reconciler.errors import ManifestError
from reconciler.manifest.check_report import Report
from reconciler.manifest.plain import PlainManifest
from reconciler.manifest.text.file import decode_text
from reconciler.manifest.text.parser import Parsed, parse
from reconciler.manifest.text.places import Places
from reconciler.manifest.text.pointer import Pointer
from reconciler.model.document import Document
from reconciler.model.json_form import is_same_json, json_of
from reconciler.model.wire import is_all_of, read_known
from reconciler.value import Value


class ManifestText(Value, dict=True, gc=True):
    """The text of one file of a manifest; of what is *stored* as bytes only a part may be read."""

    file: str
    stored: str | bytes
    is_overlay: bool = False

    @cached_property
    def text(self) -> str:
        """The text. Raises ManifestError if the bytes are not UTF-8."""
        if isinstance(self.stored, str):
            return self.stored
        return decode_text(self.stored, file=self.file)

    @property
    def is_json(self) -> bool:
        """Whether its name says that it is JSON."""
        return self.file.lower().endswith(".json")

    @cached_property
    def parsed(self) -> Parsed:
        """What it says, parsed once. Raises ManifestError as `parse` does."""
        if self.plain is not None:  # so nothing is wrong with it
            return Parsed(value=json_of(self.stored), places=self.places, faults=())
        return parse(self.text, file=self.file)

    @cached_property
    def places(self) -> Places:
        """The places of its parts. Raises ManifestError as `parse` does."""
        if self.plain is not None:
            return Places(self.stored, is_json=True, is_plain=True)
        return self.parsed.places

    @property
    def plain(self) -> PlainManifest | None:
        """The manifest that it is, read in C; None if it is not plain, or no JSON."""
        return None if self._read is None else self._read[0]

    @property
    def document(self) -> Document | None:
        """The document that it has, None if the value has to tell, and whether there is one."""
        return None if self._read is None else self._read[1]

    @cached_property
    def _read(self) -> tuple[PlainManifest, Document] | None:
        read = read_known(self.stored, PlainManifest) if self.is_json else None
        if read is None or not read.is_plain:
            return None
        document = read.document
        return (read, document) if is_all_of(document, read.beside, self.stored) else None

    def says(self, value: Any) -> bool:
        """Return whether it is the text of *value*, and of nothing else."""
        try:
            return not self.parsed.faults and is_same_json(self.parsed.value, value)
        except ManifestError:
            return False


class Effective(Value):
    """What files make, and what is wrong between them; `joined` is the JSON that several make.

    `incomplete` are new elements that lack keys, `gone` the keys that an overlay takes away.
    """

    report: Report
    texts: tuple[ManifestText, ...]
    joined: Any = None
    is_overlaid: bool = False
    incomplete: frozenset[Pointer] = frozenset()
    gone: frozenset[Pointer] = frozenset()

    @property
    def plain(self) -> PlainManifest | None:
        """What they make, if it is one file that was read in C."""
        return self.texts[0].plain if len(self.texts) == 1 else None

    def value(self) -> Any:
        """Return the JSON that they make."""
        return self.texts[0].parsed.value if len(self.texts) == 1 else self.joined
