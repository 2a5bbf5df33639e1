"""The row that every code of the catalogue has: its severity, its meaning and the remedy.

Each table of codes is an enum whose members are the rows, so that a code without a row
cannot be written and a code outside the table cannot be raised.
"""

from enum import StrEnum
from typing import Self

from reconciler.diagnostics import Confidence, Diagnostic, Severity


class KnownCode(StrEnum):
    """A code and its row. The member is equal to its text and serialises to JSON as that text.

    `sentence` is the general meaning of the code and `remedy` what helps; the code that raises
    a case supplies its texts. `confidence` is the grade of the statement about the API, None
    if there is no such statement or the grade depends on the case.
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
    """A code of diagnostics. The row of a warning or remark states its `confidence`, if only None.

    UNKNOWN: nobody knows what the API will do about it, so nothing is proved of a source that
    has it (`reconciler.planning.operation.certificate`).
    """

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
        """Return the diagnostic of this code for one case, whose sentence is *text*.

        *place* is line and column, from 1. *severity* and *confidence* override those of the
        table.
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
    """Return *code* as the start of a sentence: `Unknown key` for unknown-key."""
    words = code.replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]
