"""Codes for what ends a run or the operation of one source; readers of reports compare them."""

from reconciler.codes.known_code import DiagnosticCode
from reconciler.diagnostics import Severity

_ERROR = Severity.ERROR


class ErrorCode(DiagnosticCode):
    """Errors, grouped by who has to correct them. A code stays when its class is renamed."""

    WRONG_USAGE = (
        "wrong-usage",
        _ERROR,
        "the command line asks for something that makes no sense",
        "see --help of the command",
    )
    MANIFEST_ERRORS = (
        "manifest-errors",
        _ERROR,
        "manifests or the project file hold errors, so nothing was sent",
        "correct them: reconciler validate lists all of them",
    )
    DATA_UNREADABLE = (
        "data-unreadable",
        _ERROR,
        "a data file cannot be read, or holds what cannot be sent",
        "correct it at the place that is named",
    )
    PLAN_NOT_APPLICABLE = (
        "plan-not-applicable",
        _ERROR,
        "the plan cannot be made or applied as things are",
        "see the sentence that stands beside it",
    )
    PLAN_UNREADABLE = (
        "plan-unreadable",
        _ERROR,
        "a saved plan cannot be read, is no plan, or was made by another version",
        "make a new one: reconciler plan -o PLAN",
    )
    ALTERED_PLAN = (
        "altered-plan",
        _ERROR,
        "a saved plan is not what its digest says, or what it was made from makes",
        "make a new one: reconciler plan -o PLAN",
    )
    PLAN_UNSAFE = (
        "plan-unsafe",
        _ERROR,
        "a guard tripped, or the plan is not the one that was expected",
        "look at the plan; the sentence names the flag that lets it through",
    )
    UNAUTHORIZED = (
        "unauthorized",
        _ERROR,
        "the API answered 401: there is no token, or it is wrong or expired",
        "see the credentials of the environment",
    )
    FORBIDDEN = (
        "forbidden",
        _ERROR,
        "the API answered 403: the credentials may not do this",
        "see the permissions of the account, or use the source's own token",
    )
    NOT_FOUND = (
        "not-found",
        _ERROR,
        "the API answered 404: what was asked for does not exist",
        "see baseUrl, and the ids of workspace and import source",
    )
    REJECTED = (
        "rejected",
        _ERROR,
        "the API refused what was sent, and changed nothing",
        "see its codes; what they mean is listed below",
    )
    MAPPING_EXISTS = (
        "mapping-exists",
        _ERROR,
        "the source was configured by somebody else first",
        "plan again",
    )
    CONFLICT = (
        "conflict",
        _ERROR,
        "the API answered 409: something else is going on at the source",
        "wait for its end; see reconciler ingest status",
    )
    RATE_LIMITED = (
        "rate-limited",
        _ERROR,
        "the API answered 429 until the time was up",
        "run again later, or with less --parallelism",
    )
    UNAVAILABLE = (
        "unavailable",
        _ERROR,
        "the API answered 5xx, timed out, or could not be reached",
        "run again; after a write, reconciler apply --resume settles what became of it",
    )
    UNREADABLE_ANSWER = (
        "unreadable-answer",
        _ERROR,
        "an answer is not what the API documents",
        "see that baseUrl leads to Assets, and to no proxy's page",
    )
    FOREIGN_ORIGIN = (
        "foreign-origin",
        _ERROR,
        "an answer leads to another origin, which was not contacted: the token stays here",
        "see baseUrl; reconciler apply --resume settles the operation",
    )
    API_ERROR = (
        "api-error",
        _ERROR,
        "the API answered in a way that has no code of its own",
        "see the answer that stands beside it",
    )
    APPROVAL_NEEDED = (
        "approval-needed",
        _ERROR,
        "there is no terminal to ask for approval, so nothing was sent",
        "pass a saved plan, or --auto-approve",
    )
    OPERATION_FAILED = (
        "operation-failed",
        _ERROR,
        "the API took the operation, and its progress ended in something else than OK",
        "see the last answer; plan again",
    )
    TIMED_OUT = (
        "timed-out",
        _ERROR,
        "the deadline passed while the server may still be processing the operation",
        "reconciler apply --resume, or allow more with --timeout",
    )
    LOCKED = (
        "locked",
        _ERROR,
        "another run holds the source",
        "wait for it, or, if that run is gone for good: reconciler unlock",
    )
    LEASE_LOST = (
        "lease-lost",
        _ERROR,
        "the run, or its journal, was held up for longer than a lock lasts",
        "go on: reconciler apply --resume",
    )
    UNSETTLED = (
        "unsettled",
        _ERROR,
        "what was sent to the source before may still take effect, so nothing more was sent",
        "settle it first: reconciler apply --resume",
    )
    JOURNAL_ERROR = (
        "journal-error",
        _ERROR,
        "the journal cannot be opened, read or written",
        "see its URL in the project file, and its database",
    )
    ERROR = (
        "error",
        _ERROR,
        "an error that has no code of its own",
        "see the sentence that stands beside it",
    )
    SYSTEM_ERROR = (
        "system-error",
        _ERROR,
        "the operating system refused something",
        "see the file and the reason that are named",
    )
    INTERRUPTED = (
        "interrupted",
        _ERROR,
        "somebody ended the run",
        "reconciler apply --resume goes on with it",
    )
    INTERNAL_ERROR = (
        "internal-error",
        _ERROR,
        "a bug in reconciler",
        "please report it with what --log-level debug prints",
    )


class StaleCode(DiagnosticCode):
    """Why a plan is no longer valid."""

    LIVE_CHANGED = (
        "live-changed",
        _ERROR,
        "live changed in what the operation was made from",
        "plan again",
    )
    CONFIG_STATUS_CHANGED = (
        "config-status-changed",
        _ERROR,
        "a mapping came into being after the plan was made, or went away",
        "plan again",
    )
    MANIFEST_CHANGED = (
        "manifest-changed",
        _ERROR,
        "the manifests at hand are not those that the plan was made from",
        "plan again",
    )
    BINDING_CHANGED = (
        "binding-changed",
        _ERROR,
        (
            "the project binds a planned source to another import source or workspace than the "
            "plan, or binds others and not this one"
        ),
        "bind it as it was planned, or plan again",
    )
    ALREADY_APPLIED = (
        "already-applied",
        _ERROR,
        "the plan was applied before, or live is already as it would make it",
        "nothing, or plan again to see",
    )
    PLAN_CHANGED = (
        "plan-changed",
        _ERROR,
        "what would be applied is not the plan that the comment shows",
        "plan again, and comment the new plan",
    )
    MISSING = (
        "missing",
        _ERROR,
        "no comment of this account shows a plan of the environment",
        "comment the plan first",
    )
