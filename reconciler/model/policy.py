"""What a project allows: policy for making plans, and acknowledged drift."""

from datetime import date
from enum import StrEnum
from typing import Any

from reconciler.value import Value, field


class Orphans(StrEnum):
    """What to do about elements that are live and in no manifest."""

    REPORT = "report"
    IGNORE = "ignore"
    FAIL = "fail"


class Undocumented(StrEnum):
    """What to do about changes of which it is unknown whether the API accepts them."""

    ATTEMPT = "attempt"
    BLOCK = "block"
    SKIP = "skip"


class Risk(StrEnum):
    """What a permitted change can do to data at the next import; `policy.maxRisk` limits it."""

    NONE = "none"
    REVIEW = "review"
    DATA = "data"


class Permission(StrEnum):
    """Whether a kind of schema operation is planned."""

    DENY = "deny"
    ALLOW = "allow"


class SchemaPolicy(Value):
    """Which schema operations are planned, by kind (design.md#schema-operations)."""

    rename: Permission = Permission.DENY
    label: Permission = Permission.DENY
    settings: Permission = Permission.DENY
    move: Permission = Permission.DENY
    delete: Permission = Permission.DENY
    object_schema: Permission = field(default=Permission.DENY, name="objectSchema")

    def of(self, kind: str) -> Permission:
        """Return what is said of a *kind* of operations, by its name in the project file."""
        said: Permission = getattr(self, "object_schema" if kind == "objectSchema" else kind)
        return said


class Policy(Value):
    """The guards of this project. `requests_per_minute` is None if it is not configured."""

    orphans: Orphans = Orphans.REPORT
    undocumented: Undocumented = Undocumented.ATTEMPT
    max_changes: int | None = None
    max_change_percent: float | None = None
    max_risk: Risk | None = None
    requests_per_minute: int | None = None
    schema: SchemaPolicy = SchemaPolicy()


class Acknowledgement(Value):
    """Drift that `owner` has acknowledged until the end of the day `expires` (UTC).

    `address` is a pattern (`reconciler.model.address_glob`). `value` is live's value at the time
    of acknowledgement as a tuple of one; empty if any value will do. `place` is its line and
    column (from 1) in the project file.
    """

    address: str
    reason: str
    owner: str
    expires: date
    value: tuple[Any, ...] = ()
    place: tuple[int, int] | None = None
