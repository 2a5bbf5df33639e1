"""The hidden line by which a comment is found again, and the plan that it shows.

One comment is kept for each (tool, environment, directory); the digest says which plan
it shows. Markdown renders the line as nothing.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from reconciler.planning.plan import Plan

TOOL = "reconciler"
_LINE = re.compile(r"^<!-- reconciler (\{[^\n]*\}) -->$", re.MULTILINE)
# JSON's own escapes: nothing in the values can end the comment, or be Markdown to anybody.
_ESCAPED = {character: f"\\u{ord(character):04x}" for character in "<>-&@`"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Marker:
    """What the hidden line says: whose comment it is, and which plan it shows.

    `directory` is the project's, from the repository's root on, `.` for the root itself.
    """

    environment: str
    directory: str
    digest: str
    version: str

    @classmethod
    def of(cls, plan: Plan, directory: str) -> Self:
        """Return the marker of *plan*, made in *directory*."""
        return cls(
            environment=plan.environment,
            directory=directory,
            digest=plan.digest,
            version=plan.tool_version,
        )

    def is_for_the_same_comment_as(self, other: "Marker") -> bool:
        """Whether the two belong to one comment, whatever plans they show."""
        return (self.environment, self.directory) == (other.environment, other.directory)

    def __str__(self) -> str:
        """Return the line."""
        values = {
            "tool": TOOL,
            "version": self.version,
            "environment": self.environment,
            "directory": self.directory,
            "digest": self.digest,
        }
        text = json.dumps(values)
        return f"<!-- {TOOL} {''.join(_ESCAPED.get(c, c) for c in text)} -->"


def marker_in(text: str) -> Marker | None:
    """Return the first marker in the comment *text*, None where there is none."""
    for line in _LINE.finditer(text):
        if (marker := _read(line[1])) is not None:
            return marker
    return None


def _read(text: str) -> Marker | None:
    try:
        raw: Any = json.loads(text)
    except ValueError:
        return None
    names = ("environment", "directory", "digest", "version")
    if not isinstance(raw, Mapping) or raw.get("tool") != TOOL:
        return None
    values = {name: raw.get(name) for name in names}
    if not all(isinstance(value, str) for value in values.values()):
        return None
    return Marker(**{name: str(value) for name, value in values.items()})
