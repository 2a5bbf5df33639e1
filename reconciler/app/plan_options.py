"""The planning options of the command line, for `plan`, `apply` and `comment`."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from reconciler.app.desired import Desired
from reconciler.errors import UnsafePlan
from reconciler.model.address import Address
from reconciler.model.policy import Risk
from reconciler.planning.inputs import PlanOptions
from reconciler.planning.plan import Plan
from reconciler.value import Value, replace


class PlanSettings(Value):
    """The planning options of the command line; limits override policy if they are given.

    `accept_loss` is by address, as people write it.
    """

    parallelism: int = 10
    allow_residual: bool = False
    accept_loss: Mapping[str, int] = MappingProxyType({})
    resend_write_only: bool = False
    max_changes: int | None = None
    max_change_percent: float | None = None
    max_risk: str | None = None
    expect_digest: str | None = None

    def options(self, desired: Desired, *, sync: bool = False) -> PlanOptions:
        """Return the planning options for *desired*; limits that are given override policy."""
        limits: dict[str, Any] = {
            "max_changes": self.max_changes,
            "max_change_percent": self.max_change_percent,
            "max_risk": None if self.max_risk is None else Risk(self.max_risk),
        }
        inputs = {name: limit for name, limit in limits.items() if limit is not None}
        return PlanOptions(
            policy=replace(desired.project.policy, **inputs),
            allow_residual=self.allow_residual,
            accept_loss={
                str(desired.address(Address.parse(address))): number
                for address, number in self.accept_loss.items()
            },
            resend_write_only=self.resend_write_only,
            sync=sync,
        )

    def overrides(self) -> dict[str, bool]:
        """Return the options that were given and change a plan, by name."""
        return {option: True for option, _ in self._given()}

    @property
    def words(self) -> tuple[str, ...]:
        """These options as they are written on the command line."""
        return tuple(name if value is True else f"{name}={value}" for name, value in self._given())

    def _given(self) -> Iterator[tuple[str, object]]:
        every: tuple[tuple[str, object], ...] = (
            ("--allow-residual", self.allow_residual),
            *(("--accept-loss", f"{address}={n}") for address, n in self.accept_loss.items()),
            ("--resend-write-only", self.resend_write_only),
            ("--max-changes", self.max_changes),
            ("--max-change-percent", self.max_change_percent),
            ("--max-risk", self.max_risk),
        )
        return ((name, value) for name, value in every if value is not None and value is not False)

    def check_digest(self, plan: Plan) -> None:
        """Raise UnsafePlan if *plan* is not the one that `--expect-digest` names."""
        if self.expect_digest is not None and plan.digest != self.expect_digest:
            raise UnsafePlan(
                f"the plan has the digest {plan.digest}, and {self.expect_digest} was expected",
                hint="the manifests or live changed since that digest was made: look at this plan",
            )
