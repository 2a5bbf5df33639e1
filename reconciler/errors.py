"""The errors of the program, grouped by who has to correct them.

* ReconcilerError
  x WrongUsage            the command line contradicts itself or the project (exit 64)
  x ManifestError         a manifest or the project file is wrong; carries every fault
  x DataError             a data file cannot be read, or its content cannot be sent
  x PlanError
    - PlanFileError       a saved plan cannot be read
      - AlteredPlan       it is not what its digest says, or what it was made from makes
    - UnsafePlan          a guard or policy tripped
    - StalePlan           live has changed since the plan was made
  x BackendError          an API (of the backend or a forge) or the connection to it
    - Unauthorized        401: no token, or a wrong one
    - Forbidden           403
    - NotFound            404
    - Rejected            400 (or another 4xx): the API refused what was sent, with its codes
    - MappingExists       409 on PUT: the source is already configured
    - Conflict            409 elsewhere (executions)
    - RateLimited         429 after all retries, or not sent: no time left for it
    - Unavailable         5xx, time-out, connection refused or cut
    - UnreadableAnswer    an answer that the API does not document
    - ForeignOrigin       a link or Location that leads to another origin
  x ApplyError
    - ApprovalNeeded      no terminal to ask on, and no --auto-approve
    - OperationFailed     the progress resource ended with a status other than OK
    - TimedOut            the deadline passed before the server had finished
    - Locked              somebody else is applying to the source
    - Unsettled           an earlier operation on the source may still take effect
  x JournalError          the journal cannot be read or written
    - LeaseLost           the lease of the source was not renewed in time

Each error carries objects, builds its sentence in `__str__`, and says what to do next
where that helps (`hint`). `assets` and `forges` turn httpx errors into these; only
`cli` turns them into exit codes (design.md#exit-codes).
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from reconciler.codes.failure import StaleCode
from reconciler.command_line import command_line
from reconciler.diagnostics import Diagnostic, errors_in, limited
from reconciler.value import Value


class Holder(Value):
    """Who holds the lease of a source: `since` in seconds since 1970, by the holder's clock."""

    source: str
    token: str
    runner: str
    host: str
    pid: int
    since: float

    def __str__(self) -> str:
        """Return the name of the holder and when the lease began."""
        since = datetime.fromtimestamp(self.since, UTC)
        return f"{self.runner} since {since:%Y-%m-%d %H:%M:%S} UTC"


class ReconcilerError(Exception):
    """The root of the errors that a user sees as one sentence without a traceback."""

    hint: str | None = None

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        """Store the sentence and the hint."""
        super().__init__(message)
        self.hint = hint


class WrongUsage(ReconcilerError):
    """The arguments contradict each other or the project (exit 64)."""


class ManifestError(ReconcilerError):
    """Manifests or the project file have errors; `diagnostics` has all errors and warnings."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        """Store the diagnostics: of very many of a code the first ones, and their number."""
        self.diagnostics = limited(diagnostics)
        errors = errors_in(diagnostics)
        one = errors[0] if len(errors) == 1 else None
        super().__init__(
            one.text if one else f"{len(errors)} errors", hint=one.hint if one else None
        )


class DataError(ReconcilerError):
    """A data file is invalid; the sentence names the file and the place in it."""

    def __init__(self, message: str, *, place: str | None = None, hint: str | None = None) -> None:
        """Store the place, if there is one: `line 7`, `hardDrives[12]`."""
        super().__init__(message, hint=hint)
        self.place = place


class PlanError(ReconcilerError):
    """A plan cannot be made, read or applied."""


class PlanFileError(PlanError):
    """The saved plan is unreadable, or is not a plan."""


class AlteredPlan(PlanFileError):
    """The saved plan was altered after it was made."""


class UnsafePlan(PlanError):
    """A guard tripped; the message has the number, the limit and the override."""


class StalePlan(PlanError):
    """Live has changed since the plan was made; `code` is the stable reason."""

    def __init__(self, message: str, *, code: StaleCode, hint: str | None = None) -> None:
        """Store the reason code (live-changed, config-status-changed, …)."""
        super().__init__(message, hint=hint)
        self.code = code


class ApiFault(Value):
    """One entry of a 400 body (api.md#body-of-a-400): its code and its other values."""

    code: str
    text: str | None = None


class BackendError(ReconcilerError):
    """The API or the connection to it failed.

    `request` names the call, e.g. `GET importsource/…/configstatus`. `sent` is False if
    the request cannot have had an effect (connection refused, 4xx), True if its outcome is
    unknown (cut after sending, 5xx, time-out).
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
        """Store the request and the answer (`raw`, shortened and without secrets)."""
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
    """The API refused the body; `faults` has its codes, `raw` the whole answer."""

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
        """Store the codes and the values of every backend error."""
        super().__init__(message, request=request, status=status, raw=raw, hint=hint)
        self.faults = tuple(faults)


class MappingExists(BackendError):
    """409 on PUT mapping: the source is already configured."""


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
        """Store the API's errorCode."""
        super().__init__(message, request=request, status=409, raw=raw, hint=hint)
        self.code = code


class RateLimited(BackendError):
    """429 after the last retry, or the request was not sent: there is no time left for it.

    `asked` are the seconds that the API asks to wait, None if it does not say.
    """

    asked: float | None = None


class Unavailable(BackendError):
    """5xx, a time-out, or no connection; `sent` says whether the outcome is unknown."""


class UnreadableAnswer(BackendError):
    """The answer is not JSON, or not of the documented shape."""


class ForeignOrigin(BackendError):
    """A Location or link leads to another origin, which was not contacted."""


class ApplyError(ReconcilerError):
    """An operation did not end as planned."""


class ApprovalNeeded(ApplyError):
    """Nothing was sent: there is no terminal to ask on and no --auto-approve."""


class OperationFailed(ApplyError):
    """The progress resource ended with a status other than OK; `raw` is its last answer."""

    def __init__(self, message: str, *, raw: str | None = None, hint: str | None = None) -> None:
        """Store the last answer."""
        super().__init__(message, hint=hint)
        self.raw = raw


class TimedOut(ApplyError):
    """The deadline passed; the server may still be working on the operation."""


class Locked(ApplyError):
    """Another run holds the lease of the source; `holder` says who and since when."""

    def __init__(self, holder: Holder, *, waited: float) -> None:
        """Store the holder."""
        super().__init__(
            f"{holder.source} is locked by {holder}, and still was after {waited:.0f} s",
            hint="wait for it, allow more time with --lock-timeout, or, if that run is gone for "
            f"good: {command_line('unlock', holder.source)}",
        )
        self.holder = holder


class Unsettled(ApplyError):
    """An operation that was sent to the source earlier may still take effect."""


class JournalError(ReconcilerError):
    """The journal cannot be opened, read or written."""


class LeaseLost(JournalError):
    """The run did not hold the lease of the source for all the time: it sends nothing more."""

    def __init__(self, source: str, holder: Holder | None = None) -> None:
        """Name the source, and who holds its lease by now if that is known."""
        by = f": {holder} has it" if holder else ""
        super().__init__(
            f"the lease of {source} was lost{by}",
            hint="this run, or its journal, was held up for longer than a lease lasts; "
            f"go on with: {command_line('apply --resume')}",
        )
