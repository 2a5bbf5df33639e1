"""The options about planning that `plan` and `apply` share."""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import wraps
from typing import Any

import click

from reconciler.errors import UnsafePlan
from reconciler.manifest.project_model import Policy
from reconciler.planning.options import PlanOptions
from reconciler.planning.plan import Plan, Risk

_SHA256 = re.compile(r"(?:sha256:)?([0-9a-f]{64})")


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanSettings:
    """What the command line says about planning; the limits override policy where given."""

    parallelism: int
    allow_residual: bool
    resend_write_only: bool
    max_changes: int | None
    max_change_percent: float | None
    max_risk: str | None
    expect_digest: str | None

    def options(self, policy: Policy, *, sync: bool = False) -> PlanOptions:
        """Return the options of planning so under *policy*, the limits overridden where given."""
        limits: dict[str, Any] = {
            "max_changes": self.max_changes,
            "max_change_percent": self.max_change_percent,
            "max_risk": None if self.max_risk is None else Risk(self.max_risk),
        }
        given = {name: limit for name, limit in limits.items() if limit is not None}
        return PlanOptions(
            policy=replace(policy, **given),
            allow_residual=self.allow_residual,
            resend_write_only=self.resend_write_only,
            sync=sync,
        )

    def overrides(self) -> dict[str, bool]:
        """Return which options that change a plan were given, by their names."""
        return {
            "--allow-residual": self.allow_residual,
            "--resend-write-only": self.resend_write_only,
            "--max-changes": self.max_changes is not None,
            "--max-change-percent": self.max_change_percent is not None,
            "--max-risk": self.max_risk is not None,
        }

    def check_digest(self, plan: Plan) -> None:
        """Raise UnsafePlan where *plan* is not the one that `--expect-digest` names."""
        if self.expect_digest is not None and plan.digest != self.expect_digest:
            raise UnsafePlan(
                f"the plan has the digest {plan.digest}, and {self.expect_digest} was expected",
                hint="the manifests or live changed since that digest was made: look at this plan",
            )


class _Digest(click.ParamType[str]):
    """A whole SHA-256 digest. Anything else, an unset variable's nothing included, is refused."""

    name = "SHA"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the digest as plans have it."""
        found = _SHA256.fullmatch(str(value))
        if found is None:
            self.fail(f'"{value}" is not a digest: sha256: and 64 hex digits', param, ctx)
        return f"sha256:{found[1]}"


def plan_settings(command: Callable[..., int]) -> Callable[..., int]:
    """Add the shared options; *command* gets them as one value, `how`."""
    names = [f.name for f in fields(PlanSettings)]

    @wraps(command)
    def wrapped(*arguments: Any, **options: Any) -> int:
        how = PlanSettings(**{name: options.pop(name) for name in names})
        return command(*arguments, how=how, **options)

    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


_OPTIONS = (
    click.option(
        "--parallelism",
        type=click.IntRange(min=1),
        default=10,
        show_default=True,
        metavar="N",
        help="At most N sources at once.",
    ),
    click.option(
        "--allow-residual",
        is_flag=True,
        help="Send the rest where something is impossible, and leave that open.",
    ),
    click.option(
        "--resend-write-only",
        is_flag=True,
        help="Send what live does not show (icons, statuses) as well.",
    ),
    click.option(
        "--max-changes",
        type=click.IntRange(min=0),
        metavar="N",
        help="Block where more than N changes would be sent, whatever policy says.",
    ),
    click.option(
        "--max-change-percent",
        type=click.FloatRange(min=0),
        metavar="P",
        help="Block where more than P % of live's elements would change.",
    ),
    click.option(
        "--max-risk",
        type=click.Choice([risk.value for risk in Risk]),
        help="Block changes that put data at more risk.",
    ),
    click.option(
        "--expect-digest",
        type=_Digest(),
        help="Refuse any plan but the one with this digest.",
    ),
)
