"""The options about planning that `plan` and `apply` share."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanSettings:
    """What the command line says about planning."""

    parallelism: int
    allow_residual: bool
    resend_write_only: bool


def plan_settings(command: Callable[..., int]) -> Callable[..., int]:
    """Add the shared options; *command* gets them as one value, `how`."""

    @wraps(command)
    def wrapped(
        *arguments: Any,
        parallelism: int,
        allow_residual: bool,
        resend_write_only: bool,
        **others: Any,
    ) -> int:
        how = PlanSettings(
            parallelism=parallelism,
            allow_residual=allow_residual,
            resend_write_only=resend_write_only,
        )
        return command(*arguments, how=how, **others)

    for option in (
        click.option(
            "--resend-write-only",
            is_flag=True,
            help="Send what live does not show (icons, statuses) as well.",
        ),
        click.option(
            "--allow-residual",
            is_flag=True,
            help="Send the rest where something is impossible, and leave that open.",
        ),
        click.option(
            "--parallelism",
            type=click.IntRange(min=1),
            default=10,
            show_default=True,
            metavar="N",
            help="At most N sources at once.",
        ),
    ):
        wrapped = option(wrapped)
    return wrapped
