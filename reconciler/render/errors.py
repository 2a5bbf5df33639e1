"""Errors as JSON and as text: a code, the sentence, the API's answer and the next step."""

from collections.abc import Iterator
from typing import Any

from reconciler.codes.failure import ErrorCode, StaleCode
from reconciler.errors import (
    AlteredPlan,
    ApprovalNeeded,
    BackendError,
    Conflict,
    DataError,
    Forbidden,
    ForeignOrigin,
    JournalError,
    LeaseLost,
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
    Unsettled,
    WrongUsage,
)
from reconciler.render.diagnostics import diagnostic_lines
from reconciler.render.shorten import shorten
from reconciler.render.terminal import Line, Screen, Style, plain

# Readers compare these, so they stay when a class is renamed. A stale plan has its own.
_CODES: dict[type[BaseException], ErrorCode] = {
    WrongUsage: ErrorCode.WRONG_USAGE,
    ManifestError: ErrorCode.MANIFEST_ERRORS,
    DataError: ErrorCode.DATA_UNREADABLE,
    PlanError: ErrorCode.PLAN_NOT_APPLICABLE,
    PlanFileError: ErrorCode.PLAN_UNREADABLE,
    AlteredPlan: ErrorCode.ALTERED_PLAN,
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
    LeaseLost: ErrorCode.LEASE_LOST,
    Unsettled: ErrorCode.UNSETTLED,
    JournalError: ErrorCode.JOURNAL_ERROR,
    ReconcilerError: ErrorCode.ERROR,
    OSError: ErrorCode.SYSTEM_ERROR,
    KeyboardInterrupt: ErrorCode.INTERRUPTED,
    BaseException: ErrorCode.INTERNAL_ERROR,
}


def error_json(error: BaseException) -> dict[str, Any]:
    """Return *error* as JSON: every field is present, null without a value.

    Of a group of errors it is the first.
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
    """Return the stable code of the error."""
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


_RAW_WIDTH = 600


def write_error(error: ReconcilerError, screen: Screen, *, source: str | None = None) -> None:
    """Write *error* with the name of the *source* that it is about."""
    screen.lines(error_lines(error, source=source))


def error_lines(error: ReconcilerError, *, source: str | None = None) -> Iterator[Line]:
    """Yield the sentence, then the lines of `explanation_lines`."""
    yield (("error", Style.STOP), ": ", f"{source}: " if source else "", _one_line(str(error)))
    yield from explanation_lines(error)


def explanation(error: ReconcilerError) -> str | None:
    """Return the lines of `explanation_lines` as plain text, None without any."""
    return "\n".join(plain(line) for line in explanation_lines(error, "")) or None


def explanation_lines(error: ReconcilerError, indent: str = "    ") -> Iterator[Line]:
    """Yield the API's codes, its raw answer and the hint, as far as *error* has them."""
    if isinstance(error, ManifestError):
        for diagnostic in error.diagnostics:
            yield from ((indent, *line) for line in diagnostic_lines(diagnostic))
        return  # each with its hint
    if isinstance(error, Rejected):
        for fault in error.faults:
            text = f"   {_one_line(fault.text)}" if fault.text else ""
            yield (indent, (fault.code, Style.STRONG), text)
    raw = error.raw if isinstance(error, BackendError | OperationFailed) else None
    if raw:
        yield (indent, f"answer: {shorten(_one_line(raw), _RAW_WIDTH)}")
    for line in (error.hint or "").splitlines():
        yield (indent, line)


def _one_line(text: str) -> str:
    return " ".join(text.split())
