"""What `doctor` found: the result of each check, as values."""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum

from reconciler.codes.check import CheckCode
from reconciler.value import Value


class CheckLevel(StrEnum):
    """How a check came out; ERROR is where it could not look."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    ERROR = "error"


class CheckResult(Value):
    """What one check saw, as a sentence without a secret. `check` is one of `CheckCode`.

    `remedy` is what to do, None where nothing is wrong. `source` is the source that it is about,
    `request` what showed it; each is None without one.
    """

    check: str
    level: CheckLevel
    text: str
    remedy: str | None = None
    source: str | None = None
    request: str | None = None


class Diagnosis(Value):
    """The results in the order of looking; a cause stands before its consequences.

    `base_url` and `workspace_id` are None for the emulator in process, or where they are not known.
    """

    created_at: str
    environment: str
    results: tuple[CheckResult, ...]
    base_url: str | None = None
    workspace_id: str | None = None

    @property
    def summary(self) -> Mapping[CheckLevel, int]:
        """How many results there are of each level."""
        counted = Counter(each.level for each in self.results)
        return {level: counted[level] for level in CheckLevel}


def result(
    check: CheckCode,
    level: CheckLevel,
    text: str,
    remedy: str | None = None,
    *,
    source: str | None = None,
    request: str | None = None,
) -> CheckResult:
    """Return the result of *check*; its general remedy counts where none is given."""
    if level is not CheckLevel.OK and remedy is None:
        remedy = check.remedy
    return CheckResult(
        check=check, level=level, text=text, remedy=remedy, source=source, request=request
    )
