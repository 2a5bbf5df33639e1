"""What the command line and policy say about planning (design.md sections 4 to 6)."""

from dataclasses import dataclass
from enum import StrEnum


class Attempt(StrEnum):
    """policy.undocumented: what to do with a change that nobody has documented."""

    ATTEMPT = "attempt"
    BLOCK = "block"
    SKIP = "skip"


class Orphans(StrEnum):
    """policy.orphans: what to do about what is live and not in the manifest."""

    REPORT = "report"
    IGNORE = "ignore"
    FAIL = "fail"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanOptions:
    """The choices that change a plan. `sync`: the operation waits for its end by itself."""

    allow_residual: bool = False
    resend_write_only: bool = False
    sync: bool = False
    undocumented: Attempt = Attempt.ATTEMPT
    orphans: Orphans = Orphans.REPORT
    max_changes: int | None = None
    max_change_percent: float | None = None
