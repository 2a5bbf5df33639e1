"""Turns the findings in one manifest into diagnostics with their places."""

from collections.abc import Iterable
from typing import TypedDict, Unpack

from reconciler.codes.known_code import DiagnosticCode
from reconciler.diagnostics import Confidence, Diagnostic, Severity, written_place
from reconciler.manifest.text.places import Places
from reconciler.manifest.text.pointer import Pointer, write_pointer
from reconciler.manifest.wording import closest
from reconciler.semantics.response import Code

_MOST_SUGGESTIONS = 20  # each is compared with every known word; thousands in a file are not typos


class Details(TypedDict, total=False):
    """Optional details of a case; `severity` and `confidence` override those of the code."""

    severity: Severity
    hint: str | None
    api_code: Code | None
    confidence: Confidence | None


class Report:
    """Collects the diagnostics of one manifest."""

    def __init__(self, *, file: str, source: str | None, places: Places) -> None:
        self.file = file
        self.source = source
        self.places = places
        self.found: list[Diagnostic] = []
        self._suggestions = 0

    @property
    def has_errors(self) -> bool:
        """Whether there is an error among the diagnostics."""
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
        """Add a diagnostic about the value at *at*, or about its key with *at_key*."""
        self.found.append(
            code.diagnostic(
                text,
                file=self.file_of(at),
                place=self.places.of_key(at) if at_key else self.places.of(at),
                pointer=write_pointer(at),
                source=self.source,
                **details,
            )
        )

    def file_of(self, at: Pointer) -> str:
        """Return the file where *at* was written: the manifest's own, a part or an overlay."""
        return self.places.file_of(at) or self.file

    def line_of(self, at: Pointer) -> str:
        """Return `line 12`, or `the same file` if the line is unknown; of several, the place."""
        if self.places.file_of(at) is not None:
            return self.place_of(at)
        place = self.places.of(at)
        return "the same file" if place is None else f"line {place[0]}"

    def place_of(self, at: Pointer) -> str:
        """Return `manifests/teams.yaml:9:19`, as far as it is known."""
        return written_place(self.file_of(at), *(self.places.of(at) or ()))

    def closest(self, word: str, known: Iterable[str]) -> str | None:
        """Return the word of *known* that *word* was probably meant to be."""
        if self._suggestions >= _MOST_SUGGESTIONS:
            return None
        self._suggestions += 1
        return closest(word, known)
