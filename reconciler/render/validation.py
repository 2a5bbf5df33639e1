"""The output of `validate --format json`; its schema is `reconciler schema validation`."""

import json
from collections.abc import Sequence

from reconciler import __version__
from reconciler.diagnostics import Diagnostic, Severity
from reconciler.model.json_form import to_json
from reconciler.render.escape import escape_json

FORMAT_VERSION = "1.0"


def diagnostics_json(diagnostics: Sequence[Diagnostic], manifests: Sequence[str]) -> str:
    """Return *diagnostics* of the files *manifests* as one line of JSON, safe on a terminal."""
    severities = [d.severity for d in diagnostics]
    value = {
        "format_version": FORMAT_VERSION,
        "tool": {"name": "reconciler", "version": __version__},
        "valid": Severity.ERROR not in severities,
        "manifests": len(manifests),
        "errors": severities.count(Severity.ERROR),
        "warnings": severities.count(Severity.WARNING),
        "notes": severities.count(Severity.INFO),
        "diagnostics": to_json(diagnostics),
    }
    return escape_json(json.dumps(value, ensure_ascii=False)) + "\n"
