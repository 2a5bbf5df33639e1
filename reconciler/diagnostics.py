"""Diagnostics: faults and remarks about a manifest, the project file or live, as values.

A diagnostic names its place and its remedy; `reconciler.render` prints it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How grave a diagnostic is: only an error stops the run, before anything is sent."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Confidence(StrEnum):
    """How well a fact about the API is known (the grades of api.md#grades)."""

    DOCUMENTED = "documented"
    OBSERVED = "observed"
    REPORTED = "reported"
    INFERRED = "inferred"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Diagnostic:
    """One fault or remark, with the fields of the plan format (design.md#the-plan).

    `code` is one of `reconciler.codes`, whose members make diagnostics; a file written by another
    version may have a code that is unknown here. `text` is one sentence, `hint` what to do.
    `line` and `column` count from 1. `pointer` is an RFC 6901 JSON pointer into the
    file. `api_code` is the code that the API would answer, `confidence` how certain
    that is.
    """

    severity: Severity
    code: str
    text: str
    hint: str | None = None
    file: str | None = None
    line: int | None = None
    column: int | None = None
    pointer: str | None = None
    source: str | None = None
    api_code: str | None = None
    confidence: Confidence | None = None

    @property
    def place(self) -> str:
        """The file, line and column, as far as they are known: `manifests/teams.yaml:9:19`."""
        return written_place(self.file, self.line, self.column)


def written_place(file: str | None, line: int | None = None, column: int | None = None) -> str:
    """Return a place in the notation of editors, empty if nothing of it is known."""
    return ":".join(str(part) for part in (file, line, column) if part is not None)


def errors_in(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the errors among the diagnostics, in their order."""
    return tuple(d for d in diagnostics if d.severity is Severity.ERROR)


def in_reading_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the diagnostics sorted by file, line and column."""
    return tuple(
        sorted(
            diagnostics,
            key=lambda d: (
                d.file or "",
                d.line or 0,
                d.column or 0,
                d.source or "",
                d.severity,
                d.code,
                d.text,
            ),
        )
    )
