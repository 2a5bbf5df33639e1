"""What the issue trackers for tests have in common: a project's issues, on a real socket."""

from dataclasses import dataclass, field
from typing import Any

from tests.support.forges.server import Pull


@dataclass
class Board(Pull):
    """The issues of one project, the oldest first, and what was asked of the server."""

    issues: list[dict[str, Any]] = field(default_factory=list)

    def next_number(self) -> int:
        return 11 + len(self.issues)
