"""The options that several commands share, and the types of their values."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import wraps
from pathlib import Path
from typing import Any

import click

from reconciler.app.plan_options import PlanSettings
from reconciler.data.entries import DataFormat
from reconciler.ingest.context import IngestOptions
from reconciler.model.policy import Risk
from reconciler.planning.drift.report import Shard

_SHA256 = re.compile(r"(?:sha256:)?([0-9a-f]{64})")

data_format_option = click.option(
    "--data-format",
    type=click.Choice([each.value for each in DataFormat]),
    help="How DATA is written; by default a file's extension tells, else how it begins.",
)


class SourceData(click.ParamType[tuple[str, Path]]):
    """`SOURCE=FILE`: data of a source."""

    name = "SOURCE=FILE"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, Path]:
        """Return the source and the file."""
        if isinstance(value, tuple):
            return value
        source, separator, file = str(value).partition("=")
        if not separator or not source or not file:
            self.fail(f'"{value}" is not SOURCE=FILE', param, ctx)
        return source, Path(file)


class _Digest(click.ParamType[str]):
    """A complete SHA-256 digest; anything else is refused, even the empty value of a variable."""

    name = "SHA"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the digest in the form that plans use."""
        found = _SHA256.fullmatch(str(value))
        if found is None:
            self.fail(f'"{value}" is not a digest: sha256: and 64 hex digits', param, ctx)
        return f"sha256:{found[1]}"


def plan_settings(command: Callable[..., int]) -> Callable[..., int]:
    """Add the shared options; *command* receives them as one value, `how`."""
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


_DEFAULTS = IngestOptions()


def sending_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to *command*, which receives them as `options`."""

    @click.option(
        "--parallelism",
        type=click.IntRange(min=1),
        default=_DEFAULTS.parallelism,
        show_default=True,
        metavar="N",
        help="Send at most N chunks at the same time.",
    )
    @click.option(
        "--timeout",
        type=click.FloatRange(min=0, min_open=True),
        default=_DEFAULTS.timeout,
        show_default=True,
        metavar="S",
        help="Wait at most S seconds until Assets takes data, and until it has imported them.",
    )
    @click.option(
        "--lock-timeout",
        type=click.FloatRange(min=0),
        default=_DEFAULTS.lock_timeout,
        show_default=True,
        metavar="S",
        help="Wait at most S seconds for a source that somebody else is at work on.",
    )
    @wraps(command)
    def with_options(
        *args: Any, parallelism: int, timeout: float, lock_timeout: float, **others: Any
    ) -> Any:
        options = IngestOptions(parallelism=parallelism, timeout=timeout, lock_timeout=lock_timeout)
        return command(*args, options=options, **others)

    return with_options


_SHARD = re.compile(r"(auto|\d{1,6})/(\d{1,6})|(auto)")
# GitLab counts from 1 and gives the total, Kubernetes counts from 0 and does not.
_GITLAB = ("CI_NODE_INDEX", "CI_NODE_TOTAL")
_KUBERNETES = "JOB_COMPLETION_INDEX"


class ShardParam(click.ParamType[Shard]):
    """`I/N`, `auto/N` or `auto`."""

    name = "I/N"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Shard:
        """Return the shard; fail if the value is invalid, or no variable gives it."""
        if isinstance(value, Shard):
            return value
        found = _SHARD.fullmatch(str(value))
        if found is None:
            self.fail(f'"{value}" is not I/N, auto/N or auto', param, ctx)
        index, total, alone = found.groups()
        if index in {"auto", None}:
            index, count = _shard_of_ci(os.environ)
            if total and count and int(total) != int(count):
                self.fail(f'"{value}": the CI says that there are {count}', param, ctx)
            total = total or count
            if index is None or total is None:
                names = ", ".join((*_GITLAB, _KUBERNETES))
                missing = "the total is not known" if index and alone else f"none of {names} is set"
                self.fail(f'"{value}": {missing}', param, ctx)
        shard = Shard(int(index), int(total))
        if not 1 <= shard.index <= shard.total:
            self.fail(f"{shard}: the share must be between 1 and the total", param, ctx)
        return shard


def _shard_of_ci(environ: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Return the index of this job's shard and their number, as far as its CI system says."""
    index, total = (environ.get(name, "") for name in _GITLAB)
    if index.isdecimal() and total.isdecimal():
        return index, total
    completion = environ.get(_KUBERNETES, "")
    return (str(int(completion) + 1), None) if completion.isdecimal() else (None, None)
