"""An error about a place in a file."""

from reconciler.diagnostics import Diagnostic, Severity
from reconciler.manifest.text.places import DuplicateKey, Place
from reconciler.manifest.wording import shown


def fault(
    code: str, text: str, *, file: str, place: Place | None = None, hint: str | None = None
) -> Diagnostic:
    """Return the error *code* about *file*, at *place* where that is known."""
    line, column = place or (None, None)
    return Diagnostic(
        severity=Severity.ERROR,
        code=code,
        text=text,
        hint=hint,
        file=file,
        line=line,
        column=column,
    )


def duplicate_key(duplicate: DuplicateKey, *, file: str) -> Diagnostic:
    """Return the error about a key that an object has twice."""
    return fault(
        "duplicate-key",
        f"the key {shown(duplicate.key)} is there twice",
        file=file,
        place=duplicate.again,
        hint=f"the first one is on line {duplicate.first[0]}; keep one of them",
    )
