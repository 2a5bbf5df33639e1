"""Diagnostics: faults and remarks about a manifest, the project file or live, as values.

A diagnostic names its place and its remedy; `reconciler.render` prints it.
"""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from reconciler.regex import regex
from reconciler.value import Value, replace


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


class Diagnostic(Value):
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


# Some sentences mention the place of another element: "(line 12)", "manifests/teams.yaml:9:19".
_PLACES = regex(r"\bline \d+|(?::\d+){1,2}\b")


def without_places(text: str) -> str:
    """Return the sentence *text* without the places of other elements, which move."""
    return _PLACES.sub("", text)


def errors_in(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the errors among the diagnostics, in their order."""
    return tuple(d for d in diagnostics if d.severity is Severity.ERROR)


def warnings_as_errors(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the diagnostics with each warning as an error (`--strict`)."""
    return tuple(
        replace(d, severity=Severity.ERROR) if d.severity is Severity.WARNING else d
        for d in diagnostics
    )


MOST_OF_A_CODE = 200


def limited(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the first MOST_OF_A_CODE of each code in each file, then one with their number.

    A file may hold one fault many thousand times. A diagnostic without a file is about a source
    or the run, and stays.
    """
    kinds = [(d, (d.file, d.code, d.severity)) for d in diagnostics]
    totals = Counter(kind for _, kind in kinds)
    counted: Counter[object] = Counter()
    kept: list[Diagnostic] = []
    for each, kind in kinds:
        counted[kind] += 1
        more = totals[kind] - MOST_OF_A_CODE
        if each.file is None or more <= 1 or counted[kind] <= MOST_OF_A_CODE:
            kept.append(each)
        elif counted[kind] == MOST_OF_A_CODE + 1:
            kept.append(replace(each, text=f"and {more:,} more of this code in {each.file}"))
    return tuple(kept)


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
