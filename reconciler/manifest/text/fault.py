"""An error about a place in a file."""

from reconciler.codes.file import FileCode
from reconciler.codes.known_code import DiagnosticCode
from reconciler.diagnostics import Diagnostic, Severity
from reconciler.manifest.text.tree import DuplicateKey, Place
from reconciler.manifest.wording import quote


def fault(
    code: DiagnosticCode,
    text: str,
    *,
    file: str,
    place: Place | None = None,
    hint: str | None = None,
) -> Diagnostic:
    """Return the error *code* about *file*, at *place* where that is known."""
    return code.diagnostic(text, severity=Severity.ERROR, hint=hint, file=file, place=place)


def duplicate_key(duplicate: DuplicateKey, *, file: str) -> Diagnostic:
    """Return the error about a key that an object has twice."""
    return fault(
        FileCode.DUPLICATE_KEY,
        f"the key {quote(duplicate.key)} is there twice",
        file=file,
        place=duplicate.again,
        hint=f"the first one is on line {duplicate.first[0]}; keep one of them",
    )
