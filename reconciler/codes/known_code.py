"""What every code of the catalogue carries: how grave it is, what it means, what to do about it.

A kind of codes is an enum whose members are the rows of its table, so that a code without
its row cannot be written, and one that is not in the table cannot be raised.
"""

from enum import StrEnum
from typing import Self

from reconciler.diagnostics import Confidence, Diagnostic, Severity


class KnownCode(StrEnum):
    """A code and its row. The enum is equal to its text, and is written to JSON as such.

    `sentence` says what the code means in general, `remedy` what helps; the texts of a case
    are those of the place that raises it. `confidence` is the grade of what it says about the
    API, None where it says nothing about it, or where the grade depends on the case.
    """

    severity: Severity
    sentence: str
    remedy: str | None
    confidence: Confidence | None

    def __new__(
        cls,
        code: str,
        severity: Severity,
        sentence: str,
        remedy: str | None = None,
        confidence: Confidence | None = None,
    ) -> Self:
        """Return the member for one row of the table."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.severity = severity
        member.sentence = sentence
        member.remedy = remedy
        member.confidence = confidence
        return member


class DiagnosticCode(KnownCode):
    """A code that a diagnostic can have."""

    def diagnostic(
        self,
        text: str,
        *,
        severity: Severity | None = None,
        hint: str | None = None,
        file: str | None = None,
        place: tuple[int, int] | None = None,
        pointer: str | None = None,
        source: str | None = None,
        api_code: StrEnum | None = None,
        confidence: Confidence | None = None,
    ) -> Diagnostic:
        """Return the diagnostic of this code in one case: *text* is its sentence.

        *place* is line and column, from 1. *severity* and *confidence* are those of the
        table unless the case has others.
        """
        line, column = place or (None, None)
        return Diagnostic(
            severity=severity or self.severity,
            code=self,
            text=text,
            hint=hint,
            file=file,
            line=line,
            column=column,
            pointer=pointer,
            source=source,
            api_code=api_code,
            confidence=confidence or self.confidence,
        )


def title(code: str) -> str:
    """Return *code* as the beginning of a sentence: `Unknown key` for unknown-key."""
    words = code.replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]
