"""What is found in one manifest, made into diagnostics with their places."""

from collections.abc import Iterable
from typing import TypedDict, Unpack

from reconciler.codes.known_code import DiagnosticCode
from reconciler.diagnostics import Confidence, Diagnostic, Severity, written_place
from reconciler.manifest.text.places import Places
from reconciler.manifest.text.pointer import Pointer, write_pointer
from reconciler.manifest.wording import closest
from reconciler.semantics.response import Code

_MOST_SUGGESTIONS = 100  # each compares with every known word; a file with thousands is not typos


class Details(TypedDict, total=False):
    """What a case may say besides; `severity` and `confidence` where they are not the code's."""

    severity: Severity
    hint: str | None
    api_code: Code | None
    confidence: Confidence | None


class Report:
    """The diagnostics of one manifest, as they are found."""

    def __init__(self, *, file: str, source: str | None, places: Places) -> None:
        """Begin with none."""
        self.file = file
        self.source = source
        self.places = places
        self.found: list[Diagnostic] = []
        self._suggestions = 0

    @property
    def has_errors(self) -> bool:
        """Whether an error is among them."""
        return any(d.severity is Severity.ERROR for d in self.found)

    def add(
        self,
        code: DiagnosticCode,
        text: str,
        at: Pointer,
        *,
        at_key: bool = False,
        **details: Unpack[Details],
    ) -> None:
        """Add what *code* and *text* say of what stands at *at*; with *at_key*, of its key."""
        self.found.append(
            code.diagnostic(
                text,
                file=self.file,
                place=self.places.of_key(at) if at_key else self.places.of(at),
                pointer=write_pointer(at),
                source=self.source,
                **details,
            )
        )

    def line_of(self, at: Pointer) -> str:
        """Return `line 12`, or `the same file` where the line is not known."""
        place = self.places.of(at)
        return "the same file" if place is None else f"line {place[0]}"

    def place_of(self, at: Pointer) -> str:
        """Return `manifests/teams.yaml:9:19`, as far as it is known."""
        return written_place(self.file, *(self.places.of(at) or ()))

    def closest(self, word: str, known: Iterable[str]) -> str | None:
        """Return the one of *known* that *word* probably was meant to be."""
        if self._suggestions >= _MOST_SUGGESTIONS:
            return None
        self._suggestions += 1
        return closest(word, known)
