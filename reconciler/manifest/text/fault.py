"""An error about a place in a file."""

import re

from reconciler.codes.file import FileCode
from reconciler.codes.known_code import DiagnosticCode
from reconciler.diagnostics import Diagnostic, Severity
from reconciler.manifest.text.tree import DuplicateKey, Place
from reconciler.manifest.wording import quote
from reconciler.regex import regex

_MARKER_LENGTH = 7
_MARKER = regex(r"^(?:<{7}|\|{7}|>{7})(?=[ \r\n]|\Z)|^={7}(?=\r?$)", re.MULTILINE)


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


def place_at(text: str, at: int) -> Place:
    """Return line and column of the offset *at* in *text*."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def conflict_marker(text: str, *, file: str) -> Diagnostic | None:
    """Return the error about the first conflict marker of git in *text*, None without one."""
    if (found := _MARKER.search(text)) is None:
        return None
    code = FileCode.JSON_SYNTAX if file.lower().endswith(".json") else FileCode.YAML_SYNTAX
    return fault(
        code,
        f"{found[0][:_MARKER_LENGTH]} is a conflict marker of git: the merge is not finished",
        file=file,
        place=place_at(text, found.start()),
        hint="keep what is right of both sides, and remove the lines that begin with <<<<<<<, "
        "|||||||, ======= or >>>>>>>",
    )


def duplicate_key(duplicate: DuplicateKey, *, file: str) -> Diagnostic:
    """Return the error about a key that an object has twice."""
    return fault(
        FileCode.DUPLICATE_KEY,
        f"the key {quote(duplicate.key)} is there twice",
        file=file,
        place=duplicate.again,
        hint=f"the first one is on line {duplicate.first[0]}; keep one of them",
    )
