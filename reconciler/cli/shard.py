"""`--shard I/N`: which shard a job reads, also from the variables of its CI system."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from reconciler.regex import regex

if TYPE_CHECKING:
    from reconciler.planning.drift.report import Shard

_NUMBER = regex(r"\d{1,6}")
_SHARD = regex(r"(auto|\d{1,6})/(\d{1,6})|(auto)")
# GitLab counts from 1 and gives the total, Kubernetes counts from 0 and does not.
_GITLAB = ("CI_NODE_INDEX", "CI_NODE_TOTAL")
_KUBERNETES = "JOB_COMPLETION_INDEX"


def parse_shard(text: str) -> "Shard":
    """Return the shard `I/N`, `auto/N` or `auto`.

    Raises ValueError if *text* is none of these, or no variable gives it.
    """
    from reconciler.planning.drift.report import Shard  # noqa: PLC0415 - `--help` reads none

    found = _SHARD.fullmatch(text)
    if found is None:
        raise ValueError(f'"{text}" is not I/N, auto/N or auto')
    index, total, alone = found.groups()
    if index in {"auto", None}:
        index, count = _shard_of_ci(os.environ)
        if total and count and int(total) != int(count):
            raise ValueError(f'"{text}": the CI says that there are {count}')
        total = total or count
        if index is None or total is None:
            names = ", ".join((*_GITLAB, _KUBERNETES))
            missing = "the total is not known" if index and alone else f"none of {names} is set"
            raise ValueError(f'"{text}": {missing}')
    shard = Shard(int(index), int(total))
    if not 1 <= shard.index <= shard.total:
        raise ValueError(f"{shard}: the shard must be between 1 and the total")
    return shard


def _shard_of_ci(environ: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Return the index of this job's shard and their number, as far as its CI system says."""
    index, total = (environ.get(name, "") for name in _GITLAB)
    if _NUMBER.fullmatch(index) and _NUMBER.fullmatch(total):
        return index, total
    completion = environ.get(_KUBERNETES, "")
    return (str(int(completion) + 1), None) if _NUMBER.fullmatch(completion) else (None, None)
