"""JSON on one line, as reports for programs are printed, or indented for people."""

import json
from typing import Any

from reconciler import __version__
from reconciler.model.json_form import indented
from reconciler.render.escape import escape_json

TOOL = {"name": "reconciler", "version": __version__}


def json_line(value: dict[str, Any]) -> str:
    """Return *value* on one line with its end, safe to print on a terminal.

    All ASCII: it goes down pipes of any encoding, and stays JSON there.
    """
    return escape_json(json.dumps(value)) + "\n"


def indented_json(value: Any) -> str:
    """Return *value* indented for people, safe to print on a terminal."""
    return indented(escape_json(json.dumps(value, ensure_ascii=False)))
