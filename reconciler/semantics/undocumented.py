"""What PATCH may make of changes that nobody documented."""

from enum import StrEnum


class UndocumentedAssumption(StrEnum):
    """The assumed result of undocumented changes (label, cardinalities, …)."""

    APPLY = "apply"
    IGNORE = "ignore"
    REFUSE = "refuse"
