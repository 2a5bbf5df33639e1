"""What a project allows, which plans are made and judged by."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class Orphans(StrEnum):
    """What to do about elements that are live and in no manifest."""

    REPORT = "report"
    IGNORE = "ignore"
    FAIL = "fail"


class Undocumented(StrEnum):
    """What to do about changes of which nobody knows whether the API takes them."""

    ATTEMPT = "attempt"
    BLOCK = "block"
    SKIP = "skip"


class Risk(StrEnum):
    """What a permitted change can do to data at the next import; `policy.maxRisk` bounds it."""

    NONE = "none"
    REVIEW = "review"
    DATA = "data"


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """The guards of this project. `requests_per_minute` is None where nothing is written."""

    orphans: Orphans = Orphans.REPORT
    undocumented: Undocumented = Undocumented.ATTEMPT
    max_changes: int | None = None
    max_change_percent: float | None = None
    max_risk: Risk | None = None
    requests_per_minute: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Acknowledgement:
    """Drift that `owner` knows of until the end of the day `expires` (UTC).

    `address` is a pattern (`reconciler.planning.address_glob`). `value` is what live had
    when it was acknowledged, a tuple of that one value; empty where any will do. `place`
    is the line and the column (from 1) of the project file that say so.
    """

    address: str
    reason: str
    owner: str
    expires: date
    value: tuple[Any, ...] = ()
    place: tuple[int, int] | None = None
