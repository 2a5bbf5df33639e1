"""Everything that can go wrong, split by whose fault it is.

* ReconcilerError
  x WrongUsage            the command line asks for something that makes no sense (exit 64)
  x ManifestError         yours: a manifest or the project file, every fault at once
  x DataError             a data file cannot be read, or holds what cannot be sent
  x PlanError
    - PlanFileError       a saved plan cannot be read, or is not what its digest says
    - UnsafePlan          a guard or policy tripped
    - StalePlan           live is not what the plan was made for
  x BackendError          an API's (the backend's, a forge's), or the way to it
    - Unauthorized        401: no token, or a wrong one
    - Forbidden           403
    - NotFound            404
    - Rejected            400 (or another 4xx): the API refused what was sent, with its codes
    - MappingExists       409 on PUT: somebody configured the source first
    - Conflict            409 elsewhere (executions)
    - RateLimited         429, beyond the retries; or not sent, for its turn comes too late
    - Unavailable         5xx, time-out, connection refused or cut
    - UnreadableAnswer    an answer that is not what the API documents
    - ForeignOrigin       a link or Location that leads to another origin
  x ApplyError
    - ApprovalNeeded      nobody to ask, and no --auto-approve
    - OperationFailed     the progress resource ended in something else than OK
    - TimedOut            the deadline passed while the server was still at it
    - Locked              somebody else is applying to the source
  x JournalError          the journal cannot be read or written

Each carries objects, makes its sentence in `__str__`, and says what to do next
where that helps (`hint`). `assets` and `forges` turn httpx errors into these, `cli`
alone turns them into exit codes (design.md#exit-codes).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from reconciler.codes.failure import StaleCode
from reconciler.diagnostics import Diagnostic, Severity


@dataclass(frozen=True, kw_only=True, slots=True)
class Holder:
    """Who holds the lease of a source: `since` in seconds since 1970, by the journal's clock."""

    source: str
    token: str
    runner: str
    host: str
    pid: int
    since: float

    def __str__(self) -> str:
        """Return who it is, and since when."""
        since = datetime.fromtimestamp(self.since, UTC)
        return f"{self.runner} since {since:%Y-%m-%d %H:%M:%S} UTC"


class ReconcilerError(Exception):
    """The root: whatever a user may be shown as one sentence without a traceback."""

    hint: str | None = None

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        """Keep the sentence, and what to do about it."""
        super().__init__(message)
        self.hint = hint


class WrongUsage(ReconcilerError):
    """The arguments contradict each other or what the project holds (exit 64)."""


class ManifestError(ReconcilerError):
    """Manifests or the project file hold errors; `diagnostics` has all of them and the warnings."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        """Keep every diagnostic."""
        self.diagnostics = tuple(diagnostics)
        count = sum(d.severity is Severity.ERROR for d in self.diagnostics)
        super().__init__(f"{count} error{'s' if count != 1 else ''} in the manifests")


class DataError(ReconcilerError):
    """A data file is not what it should be; the sentence names the file and the place in it."""

    def __init__(self, message: str, *, place: str | None = None, hint: str | None = None) -> None:
        """Keep the place where there is one: `line 7`, `hardDrives[12]`."""
        super().__init__(message, hint=hint)
        self.place = place


class PlanError(ReconcilerError):
    """A plan cannot be made, read or applied."""


class PlanFileError(PlanError):
    """The saved plan is not readable, not a plan, or was altered."""


class UnsafePlan(PlanError):
    """A guard tripped; the message holds number, limit and the override."""


class StalePlan(PlanError):
    """Live is not what the plan was made for; `code` is the stable reason."""

    def __init__(self, message: str, *, code: StaleCode, hint: str | None = None) -> None:
        """Keep the reason code (live-changed, config-status-changed, …)."""
        super().__init__(message, hint=hint)
        self.code = code


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiFault:
    """One entry of a 400 body (api.md#body-of-a-400): its code, and whatever else stood there."""

    code: str
    text: str | None = None


class BackendError(ReconcilerError):
    """The API, or the way to it. `request` names the call, e.g. `GET importsource/…/configstatus`.

    `sent` tells whether the request may have acted: False where nothing can have
    happened (connection refused, 4xx), True where the outcome is unknown
    (cut after sending, 5xx, time-out).
    """

    def __init__(
        self,
        message: str,
        *,
        request: str,
        status: int | None = None,
        raw: str | None = None,
        sent: bool = False,
        hint: str | None = None,
    ) -> None:
        """Keep what was asked and what came back (`raw`, shortened and without secrets)."""
        super().__init__(message, hint=hint)
        self.request = request
        self.status = status
        self.raw = raw
        self.sent = sent


class Unauthorized(BackendError):
    """401."""


class Forbidden(BackendError):
    """403."""


class NotFound(BackendError):
    """404."""


class Rejected(BackendError):
    """The API refused the body; `faults` are its codes, `raw` the whole answer."""

    def __init__(
        self,
        message: str,
        *,
        request: str,
        status: int = 400,
        faults: Sequence[ApiFault] = (),
        raw: str | None = None,
        hint: str | None = None,
    ) -> None:
        """Keep the codes beside what every backend error has."""
        super().__init__(message, request=request, status=status, raw=raw, hint=hint)
        self.faults = tuple(faults)


class MappingExists(BackendError):
    """409 on PUT mapping: the source is configured already."""


class Conflict(BackendError):
    """409 on executions; `code` is the API's errorCode."""

    def __init__(
        self,
        message: str,
        *,
        request: str,
        code: str,
        raw: str | None = None,
        hint: str | None = None,
    ) -> None:
        """Keep the API's errorCode."""
        super().__init__(message, request=request, status=409, raw=raw, hint=hint)
        self.code = code


class RateLimited(BackendError):
    """429, and there is no retry left; or the request was not sent: its turn comes too late."""


class Unavailable(BackendError):
    """5xx, a time-out, or no connection; `sent` says whether the outcome is unknown."""


class UnreadableAnswer(BackendError):
    """The answer is not JSON, or not of the documented shape."""


class ForeignOrigin(BackendError):
    """A Location or link leads to another origin; it was not contacted."""


class ApplyError(ReconcilerError):
    """An operation did not end as planned."""


class ApprovalNeeded(ApplyError):
    """Nothing was sent: there is no terminal to ask and no --auto-approve."""


class OperationFailed(ApplyError):
    """The progress resource ended, and not with OK; `raw` is its last answer."""

    def __init__(self, message: str, *, raw: str | None = None, hint: str | None = None) -> None:
        """Keep the last answer."""
        super().__init__(message, hint=hint)
        self.raw = raw


class TimedOut(ApplyError):
    """The deadline passed; the server may still be at it."""


class Locked(ApplyError):
    """Somebody else holds the source; `holder` says who, and since when."""

    def __init__(self, holder: Holder, *, waited: float) -> None:
        """Keep the holder."""
        super().__init__(
            f"{holder.source} is locked by {holder}, and still was after {waited:.0f} s",
            hint="wait for it, allow more time with --lock-timeout, or, if that run is gone for "
            f"good: reconciler unlock {holder.source}",
        )
        self.holder = holder


class JournalError(ReconcilerError):
    """The journal cannot be opened, read or written."""
