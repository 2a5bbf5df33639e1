"""What an error says that a request met: which check it belongs to, how grave it is, what helps."""

from reconciler.app.doctor.credentials import CLOUD_BASE, BaseKind, CredentialKind
from reconciler.assets.failures import NO_CONNECTION
from reconciler.assets.retry import is_certificate_fault
from reconciler.codes.check import CheckCode
from reconciler.errors import (
    BackendError,
    Forbidden,
    ManifestError,
    NotFound,
    RateLimited,
    ReconcilerError,
    Unauthorized,
    Unavailable,
    UnreadableAnswer,
)
from reconciler.outcome.diagnosis import CheckLevel, CheckResult, result

# Of each kind of error; one of no kind here is a failed check of the credential.
_CHECKS: tuple[tuple[type[ReconcilerError], CheckCode, CheckLevel], ...] = (
    (ManifestError, CheckCode.BINDING, CheckLevel.FAIL),
    (NotFound, CheckCode.BINDING, CheckLevel.FAIL),
    (RateLimited, CheckCode.RATE_LIMIT, CheckLevel.ERROR),
    (Unavailable, CheckCode.CONNECTION, CheckLevel.ERROR),
    (UnreadableAnswer, CheckCode.BASE_URL, CheckLevel.FAIL),
)
_NO_API = "check baseUrl and the proxy: what answers there is not the API"
_ENDED = "its API token may be at its end: they live for 1 to 365 days"
_SCOPED = f"a token with scopes needs baseUrl: {CLOUD_BASE}"
_REPLACED = "make a new token: this one may be wrong, or replaced by a newer one of the source"
_MISSING = (
    "check baseUrl, workspaceId and importSourceId; what a token may not see is answered so, too"
)
_LATER = "try again later: the server itself has failed"
_MANAGER = "let its account manage the object schema, or be an Assets administrator"


def of_request(
    error: ReconcilerError,
    kind: CredentialKind | None = None,
    base: BaseKind | None = None,
    *,
    source: str | None = None,
    last: str | None = None,
) -> CheckResult:
    """Return the result where asking for *source*, or else with schemaAuth, met *error*.

    The credential is of *kind* and goes to a *base*; *last* is the request that was answered last.
    """
    check = CheckCode.CREDENTIAL if source else CheckCode.SCHEMA_CREDENTIAL
    level = CheckLevel.FAIL
    if is_certificate_fault(error):
        check = CheckCode.CONNECTION
    else:
        rows = ((c, found) for known, c, found in _CHECKS if isinstance(error, known))
        found_check, level = next(rows, (check, level))
        if source or found_check is not CheckCode.BINDING:
            check = found_check
    remedy = _remedy(error, kind, base, is_of_source=source is not None)
    request = error.request if isinstance(error, BackendError) else last
    return result(check, level, str(error), remedy, source=source, request=request)


def _remedy(
    error: ReconcilerError,
    kind: CredentialKind | None,
    base: BaseKind | None,
    *,
    is_of_source: bool,
) -> str | None:
    found = error.hint
    match error:
        case Unauthorized() if kind is CredentialKind.BASIC:
            found = f"{_ENDED}; {_SCOPED}" if base is BaseKind.SITE else _ENDED
        case Unauthorized() if kind is CredentialKind.CONTAINER:
            found = _REPLACED
        case Forbidden() if kind is CredentialKind.BASIC:
            found = _MANAGER
        case NotFound() if is_of_source:
            found = _MISSING
        case Unavailable() if error.status is not None:
            found = _LATER
        case Unavailable() if not is_certificate_fault(error):
            found = error.hint or NO_CONNECTION
        case UnreadableAnswer():
            found = _NO_API
        case ManifestError():
            found = next((d.hint for d in error.diagnostics if d.hint), None)
    return found
