"""What is found in one manifest, made into diagnostics with their places."""

from collections.abc import Iterable
from typing import TypedDict, Unpack

from reconciler.diagnostics import Confidence, Diagnostic, Severity
from reconciler.manifest.text.places import Places
from reconciler.manifest.text.pointer import Pointer, write_pointer
from reconciler.manifest.wording import closest

_MOST_SUGGESTIONS = 100  # each compares with every known word; a file with thousands is not typos


class Details(TypedDict, total=False):
    """What a diagnostic may tell besides; `at_key`: the key is at fault, not its value."""

    at_key: bool
    hint: str | None
    api_code: str | None
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

    def error(self, code: str, text: str, at: Pointer, **details: Unpack[Details]) -> None:
        """Add an error about what stands at *at*."""
        self._add(Severity.ERROR, code, text, at, details)

    def warning(self, code: str, text: str, at: Pointer, **details: Unpack[Details]) -> None:
        """Add a warning about what stands at *at*."""
        self._add(Severity.WARNING, code, text, at, details)

    def line_of(self, at: Pointer) -> str:
        """Return `line 12`, or `the same file` where the line is not known."""
        place = self.places.of(at)
        return "the same file" if place is None else f"line {place[0]}"

    def place_of(self, at: Pointer) -> str:
        """Return `manifests/teams.yaml:9:19`, as far as it is known."""
        return ":".join(map(str, (self.file, *(self.places.of(at) or ()))))

    def closest(self, word: str, known: Iterable[str]) -> str | None:
        """Return the one of *known* that *word* probably was meant to be."""
        if self._suggestions >= _MOST_SUGGESTIONS:
            return None
        self._suggestions += 1
        return closest(word, known)

    def _add(self, severity: Severity, code: str, text: str, at: Pointer, details: Details) -> None:
        place = self.places.of_key(at) if details.get("at_key") else self.places.of(at)
        line, column = place or (None, None)
        self.found.append(
            Diagnostic(
                severity=severity,
                code=code,
                text=text,
                hint=details.get("hint"),
                file=self.file,
                line=line,
                column=column,
                pointer=write_pointer(at),
                source=self.source,
                api_code=details.get("api_code"),
                confidence=details.get("confidence"),
            )
        )
