"""What an error says that a request met: which check it belongs to, how grave it is, what helps."""

from reconciler.app.doctor.credentials import CLOUD_BASE, BaseKind, CredentialKind
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
from reconciler.value import replace

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
_MISSING = "check workspaceId and importSourceId; what a token may not see is answered so, too"
_LATER = "try again later: the server itself has failed"
_MANAGER = "let its account manage the object schema, or be an Assets administrator"


def of_source(
    error: ReconcilerError,
    source: str,
    kind: CredentialKind | None = None,
    base: BaseKind | None = None,
    last: str | None = None,
) -> CheckResult:
    """Return the result for *source* where reading it met *error*, *last* in this request."""
    check, level = _check_of(error, CheckCode.CREDENTIAL)
    found = _result(check, level, error, _remedy(error, kind, base), source=source)
    return found if found.request else replace(found, request=last)


def of_schemas(error: ReconcilerError, base: BaseKind | None, kind: CredentialKind) -> CheckResult:
    """Return the result for schemaAuth where reading the object schemas met *error*."""
    check, level = _check_of(error, CheckCode.SCHEMA_CREDENTIAL)
    if check is CheckCode.BINDING:  # of no source
        check = CheckCode.SCHEMA_CREDENTIAL
    return _result(check, level, error, _remedy(error, kind, base) or error.hint)


def of_environment(error: ReconcilerError) -> CheckResult:
    """Return the result where nothing can be asked, as *error* says."""
    return _result(CheckCode.CONNECTION, CheckLevel.FAIL, error, error.hint)


def _check_of(error: ReconcilerError, otherwise: CheckCode) -> tuple[CheckCode, CheckLevel]:
    if is_certificate_fault(error):
        return CheckCode.CONNECTION, CheckLevel.FAIL
    found = ((check, level) for kind, check, level in _CHECKS if isinstance(error, kind))
    return next(found, (otherwise, CheckLevel.FAIL))


def _remedy(
    error: ReconcilerError, kind: CredentialKind | None, base: BaseKind | None
) -> str | None:
    found = error.hint
    match error:
        case Unauthorized() if kind is CredentialKind.BASIC:
            found = f"{_ENDED}; {_SCOPED}" if base is BaseKind.SITE else _ENDED
        case Unauthorized() if kind is CredentialKind.CONTAINER:
            found = _REPLACED
        case Forbidden() if kind is CredentialKind.BASIC:
            found = _MANAGER
        case NotFound():
            found = _MISSING
        case Unavailable() if error.status is not None:
            found = _LATER
        case UnreadableAnswer():
            found = _NO_API
        case ManifestError():
            found = next((d.hint for d in error.diagnostics if d.hint), None)
    return found


def _result(
    check: CheckCode,
    level: CheckLevel,
    error: ReconcilerError,
    remedy: str | None,
    *,
    source: str | None = None,
) -> CheckResult:
    request = error.request if isinstance(error, BackendError) else None
    return result(check, level, str(error), remedy, source=source, request=request)
