"""Configured behaviour of an emulator: faults to inject, and choices where the API is unknown."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from reconciler.semantics.operations import COMPANION_WRITES, WRITES_OF_MAPPING, ApiOperation
from reconciler.semantics.questions import LIKELIEST, Profile


class FaultKind(StrEnum):
    """What goes wrong; `MEANINGS` describes it."""

    REFUSE = "refuse"
    RATE_LIMIT = "429"
    INTERNAL_ERROR = "500"
    BAD_GATEWAY = "502"
    UNAVAILABLE = "503"
    GATEWAY_TIMEOUT = "504"
    STATUS = "status"
    HTML = "html"
    DROP_BEFORE = "drop-before"
    DROP_AFTER = "drop-after"
    TRUNCATED = "truncated"
    FAILS = "fails"
    NO_RESULT = "no-result"
    GONE = "gone"
    UNKNOWN_STATUS = "unknown-status"
    BACKWARDS = "backwards"
    NEVER_ENDING = "never-ending"
    ACCEPTED = "202"
    NO_LOCATION = "no-location"
    EARLY = "early"
    FOREIGN_LOCATION = "foreign-location"
    LATE = "late"
    LACKS = "lacks"
    ALTERS = "alters"
    LAGS = "lags"
    NO_EFFECT = "no-effect"


_DOCUMENT = frozenset({ApiOperation.GET_SCHEMA_AND_MAPPING})
LIVE = _DOCUMENT | {ApiOperation.GET_CONFIGSTATUS}

# The faults by the operations that they happen to, in words and, unless any, as a set.
_GROUPS: tuple[tuple[str, frozenset[ApiOperation] | None, dict[FaultKind, str]], ...] = (
    ("Any operation, which is not done", None, {
        FaultKind.REFUSE: "400 with the code VALUE",
        FaultKind.RATE_LIMIT: "too many requests; VALUE is Retry-After in seconds, date or reset",
        FaultKind.INTERNAL_ERROR: "internal server error",
        FaultKind.BAD_GATEWAY: "bad gateway",
        FaultKind.UNAVAILABLE: "service unavailable",
        FaultKind.STATUS: "the status VALUE, 422 by default",
        FaultKind.HTML: "a log-in page with 200",
        FaultKind.DROP_BEFORE: "the connection is cut",
    }),
    ("Any operation, which is done", None, {
        FaultKind.GATEWAY_TIMEOUT: "gateway time-out",
        FaultKind.DROP_AFTER: "the connection is cut",
        FaultKind.TRUNCATED: "half of the JSON",
    }),
    ("get-progress", frozenset({ApiOperation.GET_PROGRESS}), {
        FaultKind.FAILS: "FINISHED with the result ERROR, and nothing is done",
        FaultKind.NO_RESULT: "FINISHED, and no result",
        FaultKind.GONE: "404",
        FaultKind.UNKNOWN_STATUS: "a status that nobody knows",
        FaultKind.BACKWARDS: "IN_PROGRESS again after FINISHED, with less done",
        FaultKind.NEVER_ENDING: "IN_PROGRESS, and nothing ends while it lasts",
    }),
    ("put-mapping and patch-mapping with async=true", WRITES_OF_MAPPING, {
        FaultKind.ACCEPTED: "202 with the Location",
        FaultKind.NO_LOCATION: "303 without one",
        FaultKind.EARLY: "204, before the work is done",
        FaultKind.FOREIGN_LOCATION: "303 to the origin VALUE",
    }),
    ("put-mapping, patch-mapping and writes of the companion API",
     WRITES_OF_MAPPING | COMPANION_WRITES, {
        FaultKind.LATE: "taken up VALUE seconds later, or once the faults are cleared",
    }),
    ("get-schema-and-mapping", _DOCUMENT, {
        FaultKind.LACKS: "without one of the attributes",
        FaultKind.ALTERS: "with another description of the object types",
    }),
    ("get-schema-and-mapping and get-configstatus", LIVE, {
        FaultKind.LAGS: "as before the last change, for VALUE seconds or always",
    }),
    ("Writes of the companion API", COMPANION_WRITES, {
        FaultKind.NO_EFFECT: "answered as if done, and nothing is done",
    }),
)  # fmt: skip
MEANINGS = {title: kinds for title, _, kinds in _GROUPS}
ONLY_OF = {kind: only for _, only, kinds in _GROUPS if only is not None for kind in kinds}
_SECONDS = r"\d{1,6}(\.\d{1,6})?"
_VALUES = {
    FaultKind.REFUSE: r"[A-Z][A-Z0-9_]*",
    FaultKind.RATE_LIMIT: r"\d{1,6}|date|reset",
    FaultKind.FOREIGN_LOCATION: r"https?://[^/]+",
    FaultKind.STATUS: r"[45]\d\d",
    FaultKind.LATE: _SECONDS,
    FaultKind.LAGS: _SECONDS,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class InjectedFault:
    """One fault: `operation` None means any, `times` None means always."""

    operation: ApiOperation | None
    kind: FaultKind
    value: str | None = None
    times: int | None = None

    def hits(self, operation: ApiOperation) -> bool:
        """Return whether the fault applies to *operation*."""
        return self.operation in (None, operation) and operation in ONLY_OF.get(
            self.kind, (operation,)
        )


def parse_fault(text: str) -> InjectedFault:
    """Parse `OPERATION:KIND[=VALUE][:TIMES]`, e.g. `put-mapping:429=2:3`.

    OPERATION `*` means any. A final `:NUMBER` is always TIMES, so an origin with a port needs
    TIMES too. Raises ValueError with a readable sentence.
    """
    shape = re.fullmatch(
        r"(?P<operation>[^:]+):(?P<kind>[^:=]+)(=(?P<value>.+?))?(:(?P<times>\d{1,9}))?", text
    )
    if shape is None:
        raise ValueError(f'"{text}" is not OPERATION:KIND[=VALUE][:TIMES]')
    name, kind_name, value = shape["operation"], shape["kind"], shape["value"]
    try:
        operation = None if name == "*" else ApiOperation(name)
    except ValueError:
        known = ", ".join(ApiOperation)
        raise ValueError(f'"{name}" is not an operation; these are: *, {known}') from None
    try:
        kind = FaultKind(kind_name)
    except ValueError:
        raise ValueError(
            f'"{kind_name}" is not a fault; these are: {", ".join(FaultKind)}'
        ) from None
    if operation is not None and operation not in ONLY_OF.get(kind, (operation,)):
        only = " and ".join(sorted(ONLY_OF[kind]))
        raise ValueError(f'"{kind}" can happen to {only} only, not to {operation}')
    if value is not None and not re.fullmatch(_VALUES.get(kind, r"(?!)"), value):
        allowed = _VALUES.get(kind)
        wanted = f"a value like {allowed}" if allowed else "no value"
        raise ValueError(f'"{kind}" takes {wanted}, not "{value}"')
    times = None if shape["times"] is None else int(shape["times"])
    return InjectedFault(operation=operation, kind=kind, value=value, times=times)


# Both open nothing but an emulator, and are documented.
ADMIN_TOKEN = "ATCTT-emulator"  # noqa: S105
SCHEMA_CREDENTIAL = "emulator@localhost:ATATT-emulator"


@dataclass(frozen=True, kw_only=True, slots=True)
class EmulatorOptions:
    """How an emulator answers; `profile` has an outcome for each question that nobody can answer.

    Asynchronous work (mapping submissions, executions after `completed`) is
    IN_PROGRESS for `steps` later requests of its source and for at least `duration`
    seconds. `latency` seconds pass before every answer.

    `answers` is the form of GET schema-and-mapping: as in the documented example, or
    as observed (`Key` with a generated id, `inheritance`, an empty `iconSchema`).
    `location` is the form of the Location of an asynchronous answer. `seed` determines ids and
    order. The companion API takes the `schema_credential` as Basic authentication and no other.
    """

    steps: int = 1
    duration: float = 0
    latency: float = 0
    answers: Literal["documented", "observed"] = "documented"
    location: Literal["absolute", "path"] = "absolute"
    profile: Profile = LIKELIEST
    faults: tuple[InjectedFault, ...] = ()
    token: str = field(default=ADMIN_TOKEN, repr=False)
    schema_credential: str = field(default=SCHEMA_CREDENTIAL, repr=False)
    seed: int = 0
