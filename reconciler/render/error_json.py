"""An error for programs: a stable code, the sentence, and what the API answered."""

from typing import Any

from reconciler.codes.failure import ErrorCode, StaleCode
from reconciler.errors import (
    ApprovalNeeded,
    BackendError,
    Conflict,
    DataError,
    Forbidden,
    ForeignOrigin,
    JournalError,
    Locked,
    ManifestError,
    MappingExists,
    NotFound,
    OperationFailed,
    PlanError,
    PlanFileError,
    RateLimited,
    ReconcilerError,
    Rejected,
    StalePlan,
    TimedOut,
    Unauthorized,
    Unavailable,
    UnreadableAnswer,
    UnsafePlan,
    WrongUsage,
)

# Readers compare these: they stay when a class gets another name. A stale plan has its own.
_CODES: dict[type[BaseException], ErrorCode] = {
    WrongUsage: ErrorCode.WRONG_USAGE,
    ManifestError: ErrorCode.MANIFEST_ERRORS,
    DataError: ErrorCode.DATA_UNREADABLE,
    PlanError: ErrorCode.PLAN_NOT_APPLICABLE,
    PlanFileError: ErrorCode.PLAN_UNREADABLE,
    UnsafePlan: ErrorCode.PLAN_UNSAFE,
    Unauthorized: ErrorCode.UNAUTHORIZED,
    Forbidden: ErrorCode.FORBIDDEN,
    NotFound: ErrorCode.NOT_FOUND,
    Rejected: ErrorCode.REJECTED,
    MappingExists: ErrorCode.MAPPING_EXISTS,
    Conflict: ErrorCode.CONFLICT,
    RateLimited: ErrorCode.RATE_LIMITED,
    Unavailable: ErrorCode.UNAVAILABLE,
    UnreadableAnswer: ErrorCode.UNREADABLE_ANSWER,
    ForeignOrigin: ErrorCode.FOREIGN_ORIGIN,
    BackendError: ErrorCode.API_ERROR,
    ApprovalNeeded: ErrorCode.APPROVAL_NEEDED,
    OperationFailed: ErrorCode.OPERATION_FAILED,
    TimedOut: ErrorCode.TIMED_OUT,
    Locked: ErrorCode.LOCKED,
    JournalError: ErrorCode.JOURNAL_ERROR,
    ReconcilerError: ErrorCode.ERROR,
    OSError: ErrorCode.SYSTEM_ERROR,
    KeyboardInterrupt: ErrorCode.INTERRUPTED,
    BaseException: ErrorCode.INTERNAL_ERROR,
}


def error_json(error: BaseException) -> dict[str, Any]:
    """Return *error* as JSON: every field is present, null where there is nothing to say.

    Of errors that struck side by side it is the first.
    """
    if isinstance(error, BaseExceptionGroup):
        return error_json(error.exceptions[0])
    return {
        "code": error_code(error),
        "message": _message(error),
        "hint": error.hint if isinstance(error, ReconcilerError) else None,
        "request": error.request if isinstance(error, BackendError) else None,
        "status": error.status if isinstance(error, BackendError) else None,
        "api_codes": _api_codes(error),
        "raw": error.raw if isinstance(error, BackendError | OperationFailed) else None,
    }


def error_code(error: BaseException) -> ErrorCode | StaleCode:
    """Return the code that readers may compare."""
    if isinstance(error, StalePlan):
        return error.code
    return next(_CODES[kind] for kind in type(error).__mro__ if kind in _CODES)


def _message(error: BaseException) -> str:
    if isinstance(error, ReconcilerError):
        return str(error)
    if isinstance(error, KeyboardInterrupt):
        return "interrupted"
    return f"{type(error).__name__}: {error}"


def _api_codes(error: BaseException) -> list[dict[str, Any]]:
    if isinstance(error, Rejected):
        return [{"code": fault.code, "text": fault.text} for fault in error.faults]
    return [{"code": error.code, "text": None}] if isinstance(error, Conflict) else []
