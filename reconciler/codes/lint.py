"""The codes of lint: the warnings that files alone give rise to, which a project may ignore."""

from collections.abc import Mapping

from reconciler.codes.file import FileCode
from reconciler.codes.known_code import DiagnosticCode
from reconciler.codes.manifest import ManifestCode
from reconciler.codes.project import ProjectCode
from reconciler.diagnostics import Diagnostic, Severity

# Errors in their rows, and warnings in some cases.
_SOMETIMES = frozenset({ManifestCode.UNKNOWN_ATTRIBUTE, ManifestCode.CARDINALITY_RANGE})

LINT: Mapping[str, DiagnosticCode] = {
    code: code
    for table in (FileCode, ProjectCode, ManifestCode)
    for code in table
    if code.severity is Severity.WARNING or code in _SOMETIMES
}


def is_lint(diagnostic: Diagnostic) -> bool:
    """Return whether *diagnostic* is a warning that a project may ignore."""
    return diagnostic.severity is Severity.WARNING and diagnostic.code in LINT


def is_ignored(diagnostic: Diagnostic) -> bool:
    """Return whether *diagnostic* was such a warning, and is ignored.

    It stays, as a remark that people are not shown: what it says of a plan's outcome holds.
    """
    return diagnostic.severity is Severity.INFO and diagnostic.code in LINT
