"""The planning options of the command line, for `plan`, `apply` and `comment`."""

from typing import Any

from reconciler.errors import UnsafePlan
from reconciler.model.policy import Policy, Risk
from reconciler.planning.inputs import PlanOptions
from reconciler.planning.plan import Plan
from reconciler.value import Value, replace


class PlanSettings(Value):
    """The planning options of the command line; limits override policy if they are given."""

    parallelism: int
    allow_residual: bool
    resend_write_only: bool
    max_changes: int | None
    max_change_percent: float | None
    max_risk: str | None
    expect_digest: str | None

    def options(self, policy: Policy, *, sync: bool = False) -> PlanOptions:
        """Return the planning options under *policy*, with the limits overridden if given."""
        limits: dict[str, Any] = {
            "max_changes": self.max_changes,
            "max_change_percent": self.max_change_percent,
            "max_risk": None if self.max_risk is None else Risk(self.max_risk),
        }
        inputs = {name: limit for name, limit in limits.items() if limit is not None}
        return PlanOptions(
            policy=replace(policy, **inputs),
            allow_residual=self.allow_residual,
            resend_write_only=self.resend_write_only,
            sync=sync,
        )

    def overrides(self) -> dict[str, bool]:
        """Return the given options that change a plan, by name."""
        return {
            "--allow-residual": self.allow_residual,
            "--resend-write-only": self.resend_write_only,
            "--max-changes": self.max_changes is not None,
            "--max-change-percent": self.max_change_percent is not None,
            "--max-risk": self.max_risk is not None,
        }

    def check_digest(self, plan: Plan) -> None:
        """Raise UnsafePlan if *plan* is not the one that `--expect-digest` names."""
        if self.expect_digest is not None and plan.digest != self.expect_digest:
            raise UnsafePlan(
                f"the plan has the digest {plan.digest}, and {self.expect_digest} was expected",
                hint="the manifests or live changed since that digest was made: look at this plan",
            )
