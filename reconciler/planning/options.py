"""What the command line and policy say about planning (design.md sections 4 to 6)."""

from dataclasses import dataclass

from reconciler.model.policy import Orphans, Risk, Undocumented


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanOptions:
    """The choices that change a plan. `sync`: the operation waits for its end by itself."""

    allow_residual: bool = False
    resend_write_only: bool = False
    sync: bool = False
    undocumented: Undocumented = Undocumented.ATTEMPT
    orphans: Orphans = Orphans.REPORT
    max_changes: int | None = None
    max_change_percent: float | None = None
    max_risk: Risk | None = None
