"""The hidden line that identifies a comment and the plan that it shows.

One comment is kept for each (tool, environment, directory); the digest identifies the plan.
The issue about drift has such a line too, marked as such, so that a plan pasted into an issue
is not taken for it. Markdown renders the line as nothing.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Self

from reconciler.planning.plan import Plan
from reconciler.regex import regex
from reconciler.value import Value

TOOL = "reconciler"
PLAN = "plan"
DRIFT = "drift"
_LINE = regex(r"^<!-- reconciler (\{[^\n]*\}) -->$", re.MULTILINE)
# JSON escapes, so that no value can end the comment or be read as Markdown.
_ESCAPED = {character: f"\\u{ord(character):04x}" for character in "<>-&@`"}


class Marker(Value):
    """The content of the hidden line: whose comment it is, and which plan or drift it shows.

    `directory` is the project's, relative to the repository's root, `.` for the root itself.
    """

    environment: str
    directory: str
    digest: str
    version: str
    about: str = PLAN

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
        """Return whether both belong to one comment, whatever plans they show."""
        mine = (self.about, self.environment, self.directory)
        return mine == (other.about, other.environment, other.directory)

    def to_dict(self) -> dict[str, str]:
        """Return the content for JSON, with `about` if it is not about a plan."""
        values = {
            "tool": TOOL,
            "version": self.version,
            "environment": self.environment,
            "directory": self.directory,
            "digest": self.digest,
        }
        return values if self.about == PLAN else values | {"about": self.about}

    def __str__(self) -> str:
        """Return the line."""
        text = json.dumps(self.to_dict())
        return f"<!-- {TOOL} {''.join(_ESCAPED.get(c, c) for c in text)} -->"


def marker_in(text: str) -> Marker | None:
    """Return the first marker in the comment *text*, None if there is none."""
    for line in _LINE.finditer(text):
        try:
            marker = marker_of(json.loads(line[1]))
        except (ValueError, RecursionError):
            continue
        if marker is not None:
            return marker
    return None


def marker_of(raw: Any) -> Marker | None:
    """Return the marker of the JSON *raw*, None if it is not a marker."""
    names = ("environment", "directory", "digest", "version")
    if not isinstance(raw, Mapping) or raw.get("tool") != TOOL:
        return None
    values = {name: raw.get(name) for name in names} | {"about": raw.get("about", PLAN)}
    if not all(isinstance(value, str) for value in values.values()):
        return None
    return Marker(**{name: str(value) for name, value in values.items()})
